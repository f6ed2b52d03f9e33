import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ItemRef } from '../items/index.ts'
import { comparableEmail } from '../kernel/email.ts'
import { base32OfBytes } from '../kernel/ids.ts'
import { signingKeysOf, type Workspace } from '../workspace/index.ts'

/** What mail servers take before the `@` (RFC 5321). */
const LONGEST_LOCAL_PART = 64
/** 80 bits: who tries a million addresses a second finds one in a billion years. */
const SIGNATURE_CHARACTERS = 16

/**
 * The CRM's address with a label that names an item and is signed: `crm+deal-88-<signature>@...`. Who answers to it answers about that item, whatever address they
 * write from (SNS-9). `crmAddress` is the deployment's own; SES hands over mail to it with any label. Undefined where there is no address, or no room for a label.
 */
export function replyAddressOf(workspace: Workspace, crmAddress: string, item: ItemRef): string | undefined {
  const at = crmAddress.lastIndexOf('@')
  const [key] = signingKeysOf(workspace)
  if (at < 1 || !key) return undefined
  const localPart = `${crmAddress.slice(0, at)}+${item.type}-${item.id}-${signatureOf(key, item)}`
  return localPart.length <= LONGEST_LOCAL_PART ? localPart + crmAddress.slice(at) : undefined
}

/** The item that a reply address of one of these addresses of the CRM names; undefined for every other address, and where the signature is not ours. */
export function itemOfReplyAddress(workspace: Workspace, crmAddresses: ReadonlySet<string>, address: string): ItemRef | undefined {
  const [, mailbox, type = '', digits, given = '', domain] = /^([^+@]+)\+([a-z][a-z0-9_]{0,39})-([1-9]\d{0,14})-([0-9a-z]{16})(@[^@]+)$/.exec(comparableEmail(address)) ?? []
  if (mailbox === undefined || domain === undefined || !crmAddresses.has(mailbox + domain)) return undefined
  const item = { type, id: Number(digits) }
  return signingKeysOf(workspace).some((key) => timingSafeEqual(Buffer.from(signatureOf(key, item)), Buffer.from(given))) ? item : undefined
}

/** In letters that survive servers which change their case. */
function signatureOf(key: Uint8Array, { type, id }: ItemRef): string {
  return base32OfBytes(createHmac('sha256', key).update(`reply\n${type}\n${id}`).digest()).slice(0, SIGNATURE_CHARACTERS)
}
