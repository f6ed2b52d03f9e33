import type { Options, Part, Proof } from '../registry.ts'
import { proveAdministrators } from './administrators.ts'
import { proveCovers } from './cover.ts'
import { proveInterleaving } from './interleaving.ts'
import type { Findings } from './lanes.ts'
import { proveLists } from './lists.ts'
import { openTables } from './tables.ts'
import { proveTriples } from './triples.ts'

const FULL = { companies: 1000, triplesOfACompany: 110, listsOfACompany: 8, covers: 10_000, administered: 300, reads: 10_000 }
const LANES = 4

/** Who may do what, against a model by brute force that is written from the rules alone. */
export const proveAccess: Proof = {
  about: 'rights, lists, covers, administrators and interleaving against a model; runs: random companies (1,000)',
  async *prove({ runs = FULL.companies, seed }: Options): AsyncGenerator<Part> {
    const tables = await openTables()
    const part = (full: number): number => Math.max(1, Math.round((full * runs) / FULL.companies))
    try {
      yield await timed('triples', proveTriples(tables, { runs, seed, lanes: LANES }, FULL.triplesOfACompany))
      yield await timed('lists', proveLists(tables, { runs, seed, lanes: LANES }, FULL.listsOfACompany))
      yield await timed('covers', proveCovers({ runs: part(FULL.covers), seed }))
      yield await timed('administrators', proveAdministrators(tables, { runs: part(FULL.administered), seed, lanes: 2 }))
      yield await timed('interleaving', proveInterleaving(tables, { runs: part(FULL.reads), seed }))
    } finally {
      await tables.close()
    }
  },
}

async function timed(name: string, work: Promise<Findings>): Promise<Part> {
  const began = performance.now()
  const { counts, disagreements } = await work
  return { name, counts, disagreements, seconds: (performance.now() - began) / 1000 }
}
