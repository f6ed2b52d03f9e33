import type { Blobs } from '../platform/blobs.ts'
import type { Ctx } from '../workspace/index.ts'
import { peopleOf } from '../workspace/index.ts'
import { candidatesOf } from './candidates.ts'
import { lookUp, type Lookup } from './facts.ts'
import type { Letter } from './letter.ts'
import type { Decision } from './message.ts'
import type { Delivery } from './notice.ts'
import { route } from './router.ts'
import { addressesOfOurs, settingsOf } from './settings.ts'
import { standingOf } from './standing.ts'

/** What deciding about a mail needs besides the company itself. */
export interface MailPorts {
  readonly blobs: Blobs
  /** The address at which the deployment takes mail in. */
  readonly mailAddress: string
}

/** Where a letter belongs, by the settings and data as they stand, and the thread rows on which that was decided. */
export async function decide(ctx: Ctx & MailPorts, letter: Letter, delivery: Delivery): Promise<{ decision: Decision; threadRows: Lookup['threadRows'] }> {
  const { workspace, mailAddress, blobs } = ctx
  const standing = standingOf(letter, delivery, peopleOf(workspace))
  if (standing.as === 'quarantined') return { decision: { standing, routing: { status: 'unsorted', bindings: [], trace: [], awaits: [] } }, threadRows: new Map() }
  const prefixes = new Map(Object.entries(settingsOf(workspace, mailAddress).keys))
  const candidates = candidatesOf(letter, standing, prefixes, addressesOfOurs(workspace, mailAddress))
  const { facts, threadRows } = await lookUp(ctx, blobs, candidates, standing)
  return { decision: { standing, routing: route(candidates, standing, facts) }, threadRows }
}
