import { createItem, listLinks, readItem, updateItem } from '../../../shared/items/index.ts'
import { Problem } from '../../../shared/kernel/problem.ts'
import { aCompany } from '../../support/company.ts'
import { aTable } from '../../support/table.ts'
import type { Part } from '../registry.ts'

const AT_ONCE = 16
const ITEMS = 6

/** Contacts, companies and deals are linked and unlinked from both sides at the same time; afterwards both ends of every link must tell the same (ITM-3). */
export async function linkTogether(changes: number, seed: number): Promise<Part> {
  const began = performance.now()
  const store = await aTable()
  try {
    const company = await aCompany(store.table)
    const run = <T>(work: Parameters<typeof company.as<T>>[1]): Promise<T> => company.as(company.administratorId, work)
    const random = randomNumbers(seed)
    for (const type of ['contact', 'company', 'deal']) for (let n = 0; n < ITEMS; n += 1) await run((ctx) => createItem(ctx, { type, values: {} }))
    const some = (): number[] => Array.from({ length: ITEMS }, (_, n) => n + 1).filter(() => random() < 0.5)
    const one = (): number => 1 + Math.floor(random() * ITEMS)
    const changesOf = [
      () => ({ type: 'contact', id: one(), values: { companyIds: some() } }),
      () => ({ type: 'company', id: one(), values: { contactIds: some() } }),
      () => ({ type: 'deal', id: one(), values: { contactIds: some(), companyId: random() < 0.3 ? null : one() } }),
    ]
    let left = changes
    let busy = 0
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1
        const change = changesOf[Math.floor(random() * changesOf.length)]?.()
        if (!change) continue
        try {
          await run((ctx) => updateItem(ctx, change))
        } catch (error) {
          if (!(error instanceof Problem) || error.status !== 409) throw error
          busy += 1
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))

    const disagreements: string[] = []
    let links = 0
    const ids = Array.from({ length: ITEMS }, (_, n) => n + 1)
    const read = async (type: string, id: number): Promise<Record<string, unknown>> => run((ctx) => readItem(ctx, { type, id }))
    const listed = async (type: string, id: number): Promise<number[]> => (await run((ctx) => listLinks(ctx, { type, id, of: 'deal', limit: 200, cursor: undefined }))).items.map((item) => Number(item['id']))
    const agree = (what: string, from: boolean, to: boolean): void => {
      if (from || to) links += 1
      if (from !== to) disagreements.push(`${what}: one end says ${from ? 'linked' : 'not linked'}, the other does not agree.`)
    }
    const deals = await Promise.all(ids.map((id) => read('deal', id)))
    for (const id of ids) {
      const [contact, ofContact, ofCompany] = [await read('contact', id), await listed('contact', id), await listed('company', id)]
      for (const other of ids) agree(`contact ${id} and company ${other}`, (contact['companyIds'] as number[]).includes(other), ((await read('company', other))['contactIds'] as number[]).includes(id))
      for (const deal of deals) {
        agree(`deal ${String(deal['id'])} and contact ${id}`, (deal['contactIds'] as number[]).includes(id), ofContact.includes(Number(deal['id'])))
        agree(`deal ${String(deal['id'])} and company ${id}`, deal['companyId'] === id, ofCompany.includes(Number(deal['id'])))
      }
    }
    return { name: 'links from both sides', counts: { changes, atOnce: AT_ONCE, links, busy }, disagreements, seconds: (performance.now() - began) / 1000 }
  } finally {
    await store.close()
  }
}

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
