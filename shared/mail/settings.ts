import { comparableEmail } from '../kernel/email.ts'
import { typesOf } from '../types/index.ts'
import { derived, peopleOf, type Workspace } from '../workspace/index.ts'
import { settingsEntry } from './keys.ts'
import type { MailSettings, MailSettingsInput } from './schema.ts'

/** What a key begins with as long as nobody has said otherwise (SNS-1). */
const DEFAULT_PREFIXES: Readonly<Record<string, string>> = { lead: 'LID#', contact: 'CID#', company: 'COID#', deal: 'DID#', quote: 'QID#', invoice: 'INV#' }

const storedSettings = derived((workspace: Workspace) => workspace.entry<MailSettingsInput>(settingsEntry.kind, settingsEntry.id) ?? {})

/** The settings of Send&Save as they stand. `mailAddress` is the deployment's own address, where mail for the CRM comes in. */
export function settingsOf(workspace: Workspace, mailAddress: string): MailSettings {
  return withDefaults(workspace, mailAddress, storedSettings(workspace))
}

/** The settings that these make, with defaults for what they leave out. */
export function withDefaults(workspace: Workspace, mailAddress: string, given: MailSettingsInput): MailSettings {
  return {
    addresses: given.addresses ?? (mailAddress === '' ? [] : [mailAddress]),
    keys: { ...defaultPrefixes(workspace), ...given.keys },
    unmatched: given.unmatched ?? 'keep',
  }
}

/** The types that a key can be set for: those that are there, and those of the product that may come. */
export function defaultPrefixes(workspace: Workspace): Record<string, string> {
  const own = [...typesOf(workspace).keys()].filter((code) => !Object.hasOwn(DEFAULT_PREFIXES, code))
  return { ...DEFAULT_PREFIXES, ...Object.fromEntries(own.map((code) => [code, `${code.toUpperCase()}#`])) }
}

/** Tells addresses that match nothing: the CRM's own, with or without a `+label`, and those of the people of the company (SNS-2). */
export function addressesOfOurs(workspace: Workspace, mailAddress: string): (address: string) => 'crm' | 'employee' | undefined {
  const { userByEmail } = peopleOf(workspace)
  const own = new Set([mailAddress, ...settingsOf(workspace, mailAddress).addresses].map(comparableEmail))
  return (address) => {
    const comparable = comparableEmail(address)
    if (own.has(comparable) || own.has(comparable.replace(/\+[^@]*@/, '@'))) return 'crm'
    return userByEmail.has(comparable) ? 'employee' : undefined
  }
}
