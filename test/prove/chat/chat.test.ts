import { expect, it } from 'vitest'
import { proveChat } from './index.ts'

it('CHT-6, CHT-7: every log is the same, whatever is dropped, killed and doubled (short form of npm run prove -- chat)', { timeout: 180_000 }, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  for await (const { disagreements, counts } of proveChat.prove({ runs: 400, seed })) {
    expect({ seed, disagreements }).toEqual({ seed, disagreements: [] })
    expect(counts['drops']).toBeGreaterThan(0)
    expect(counts['changes']).toBeGreaterThan(0)
  }
})
