import { setTimeout as wait } from 'node:timers/promises'
import { createItem, readItem, updateItem } from '../../../shared/items/index.ts'
import { Problem } from '../../../shared/kernel/problem.ts'
import { aCompany } from '../../support/company.ts'
import { aTable } from '../../support/table.ts'
import type { Part } from '../registry.ts'

const MANY_WRITERS = 64
const LONGEST_WAIT_MILLISECONDS = 4

/** Many writers count one item's amount up, each reading it and writing it back with If-Match until it is taken: every step must be there in the end (ITM-6). */
export async function countTogether(steps: number, writers = MANY_WRITERS): Promise<Part> {
  const began = performance.now()
  const store = await aTable()
  try {
    const company = await aCompany(store.table)
    const asAdmin = company.administratorId
    const { id } = await company.as(asAdmin, (ctx) => createItem(ctx, { type: 'deal', values: { amount: '0' } }))
    const ref = { type: 'deal', id: Number(id) }
    let left = steps
    let refused = 0
    const writer = async (): Promise<void> => {
      while (left > 0) {
        left -= 1
        for (let done = false; !done; ) {
          const seen = await company.as(asAdmin, (ctx) => readItem(ctx, ref))
          try {
            await company.as(asAdmin, (ctx) => updateItem(ctx, { ...ref, values: { amount: String(Number(seen['amount']) + 1) }, ifMatch: Number(seen['version']) }))
            done = true
          } catch (error) {
            if (!(error instanceof Problem) || error.status !== 412) throw error
            refused += 1
            await wait(Math.random() * LONGEST_WAIT_MILLISECONDS * writers)
          }
        }
      }
    }
    await Promise.all(Array.from({ length: writers }, writer))
    const { amount, version } = await company.as(asAdmin, (ctx) => readItem(ctx, ref))
    const disagreements = [
      ...(Number(amount) === steps ? [] : [`The amount is ${String(amount)} after ${steps} steps.`]),
      ...(version === steps + 1 ? [] : [`The version is ${String(version)} after ${steps} changes.`]),
    ]
    return { name: 'counting with If-Match', counts: { writers, steps, refused }, disagreements, seconds: (performance.now() - began) / 1000 }
  } finally {
    await store.close()
  }
}
