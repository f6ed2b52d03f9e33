import { refKey } from '../items/index.ts'
import { comparableEmail } from '../kernel/email.ts'
import type { Blobs } from '../platform/blobs.ts'
import type { Ctx } from '../workspace/index.ts'
import { peopleOf } from '../workspace/index.ts'
import { candidatesOf } from './candidates.ts'
import { lookUp, type Lookup } from './facts.ts'
import type { FoundKey } from './item-keys.ts'
import type { Letter } from './letter.ts'
import { MOST_KEYS, MOST_STORED_RECIPIENTS } from './limits.ts'
import { makingOf, type Making, type Unmade } from './making-rules.ts'
import type { Routed } from './message.ts'
import type { Delivery } from './notice.ts'
import { route } from './router.ts'
import { itemOfReplyAddress } from './reply-address.ts'
import { addressesOfOurs, crmAddressesOf, settingsOf } from './settings.ts'
import { standingOf } from './standing.ts'

/** What deciding about a mail needs besides the company itself. */
export interface MailPorts {
  readonly blobs: Blobs
  /** The address at which the deployment takes mail in. */
  readonly mailAddress: string
}

/** What was decided about a letter, and on which thread rows. */
export interface Decided {
  readonly decision: Routed
  readonly threadRows: Lookup['threadRows']
  /** What is to be made of a mail that matches nothing. */
  readonly making?: Making | Unmade | undefined
}

/** Where a letter belongs, by the settings and data as they stand. */
export async function decide(ctx: Ctx & MailPorts, letter: Letter, delivery: Delivery): Promise<Decided> {
  const { workspace, mailAddress, blobs } = ctx
  const standing = standingOf(letter, delivery, peopleOf(workspace))
  if (standing.as === 'quarantined') return { decision: { standing, routing: { status: 'unsorted', bindings: [], trace: [], awaits: [] } }, threadRows: new Map() }
  const settings = settingsOf(workspace, mailAddress)
  const prefixes = new Map(Object.entries(settings.keys))
  const candidates = candidatesOf(letter, standing, prefixes, addressesOfOurs(workspace, mailAddress), answeredItems(ctx, letter, delivery))
  const { facts, threadRows } = await lookUp(ctx, blobs, candidates, standing)
  const routing = route(candidates, standing, facts)
  return { decision: { standing, routing }, threadRows, making: makingOf(settings, letter, delivery, standing, routing, candidates) }
}

/** The items named by reply addresses, in the headers or in the envelope (a blind copy is in no header). Each once. */
function answeredItems({ workspace, mailAddress }: Ctx & MailPorts, { to, cc }: Letter, { recipients }: Delivery): FoundKey[] {
  const ours = crmAddressesOf(workspace, mailAddress)
  const addresses = [...[...to, ...cc].map(({ address }) => address), ...recipients.slice(0, MOST_STORED_RECIPIENTS)]
  const found = addresses.flatMap((written) => {
    const item = itemOfReplyAddress(workspace, ours, written)
    return item ? [{ written: comparableEmail(written), item }] : []
  })
  return [...new Map(found.map((one) => [refKey(one.item), one])).values()].slice(0, MOST_KEYS)
}
