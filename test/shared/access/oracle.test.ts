import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { proveAdministrators } from '../../prove/access/administrators.ts'
import { proveCovers } from '../../prove/access/cover.ts'
import { proveInterleaving } from '../../prove/access/interleaving.ts'
import type { Findings } from '../../prove/access/lanes.ts'
import { proveLists } from '../../prove/access/lists.ts'
import { openTables, type Tables } from '../../prove/access/tables.ts'
import { proveTriples } from '../../prove/access/triples.ts'

/** The proofs of access in short: `node test/prove/index.ts access` runs them at full size. */
let tables: Tables
beforeAll(async () => {
  tables = await openTables()
})
afterAll(() => tables.close())

function told(name: string, seed: number, { counts, disagreements }: Findings): readonly string[] {
  console.log(`${name}, seed ${seed}: ${Object.entries(counts).map(([what, count]) => `${what} ${count}`).join(', ')}`)
  return disagreements
}

describe.each([20_261_121, randomInt(2 ** 31)])('product and model agree (seed %i)', { timeout: 120_000 }, (seed) => {
  it('ACC-1 to ACC-7, ACC-9, ACC-11, DIR-3, OBS-4: on what each person may do with each item', async () => {
    expect(told('triples', seed, await proveTriples(tables, { runs: 10, seed, lanes: 2 }, 60))).toEqual([])
  })

  it('ITM-7, DIR-4: on every page of every list, with changes between the pages', async () => {
    expect(told('lists', seed, await proveLists(tables, { runs: 12, seed, lanes: 2 }, 5))).toEqual([])
  })

  it('ACC-12: somebody active keeps settings, whatever happens at the same time', async () => {
    expect(told('administrators', seed, await proveAdministrators(tables, { runs: 6, seed, lanes: 2 }))).toEqual([])
  })

  it('DIR-4, ITM-7: what has been taken away is seen by nobody who asks later, in any container', async () => {
    expect(told('interleaving', seed, await proveInterleaving(tables, { runs: 300, seed }))).toEqual([])
  })

  it('covers miss nothing and cost at most 1.25 times the cheapest', async () => {
    expect(told('covers', seed, await proveCovers({ runs: 600, seed }))).toEqual([])
  })
})
