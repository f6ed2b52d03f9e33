import type { Findings } from '../access/lanes.ts'
import type { Options, Part, Proof } from '../registry.ts'
import { proveHostKills } from './host-kills.ts'
import { proveKills } from './kills.ts'
import { proveOrder } from './order.ts'
import { proveRouting } from './routing.ts'
import { proveStorms } from './storms.ts'

/** For each kind of mail every step is killed so many times, before and after: about 10,000 mails. */
const FULL = { mails: 1000, kills: 76, orders: 40, storms: 100, hostRounds: 2 }

/** Mail in, against a model that is written from the rules alone; and killed, doubled and disordered. */
export const proveMail: Proof = {
  about: 'mail in: routing against a model, kills, order of events, forgers and storms; runs: generated mails (1,000)',
  async *prove({ runs = FULL.mails, seed }: Options): AsyncGenerator<Part> {
    const part = (full: number): number => Math.max(1, Math.round((full * runs) / FULL.mails))
    yield await timed('routing', proveRouting(seed, runs))
    yield await timed('storms', proveStorms(seed, part(FULL.storms)))
    yield await timed('order', proveOrder(seed, Math.max(2, part(FULL.orders))))
    yield await timed('kills', proveKills(seed, part(FULL.kills)))
    yield await timed('kills of the host', proveHostKills(part(FULL.hostRounds)))
  },
}

async function timed(name: string, work: Promise<Findings>): Promise<Part> {
  const began = performance.now()
  const { counts, disagreements } = await work
  return { name, counts, disagreements, seconds: (performance.now() - began) / 1000 }
}
