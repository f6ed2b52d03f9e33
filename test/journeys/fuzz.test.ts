import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fuzz } from '../prove/fuzz/index.ts'
import { aWorld, type World } from '../prove/fuzz/world.ts'

/** Malformed requests to each route; `npm run prove -- fuzz` sends 1,000 to each. */
const REQUESTS = 15

/** It looks into the whole table, so it has a company of its own. */
let world: World
beforeAll(async () => {
  world = await aWorld()
})
afterAll(() => world.host.stop())

describe('malformed requests', () => {
  it('API-5: to any route are refused in the API’s own words, show nothing of its insides and change nothing', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
    console.log(`malformed requests: seed ${seed}`)
    const disagreements: string[] = []
    let routes = 0
    for await (const part of fuzz(world, REQUESTS, seed)) {
      routes += 1
      disagreements.push(...part.disagreements.map((one) => `${part.name}: ${one}`))
    }
    expect(disagreements).toEqual([])
    expect(routes).toBeGreaterThan(40)
  })
})
