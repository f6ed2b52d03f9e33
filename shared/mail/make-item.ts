import { comparableEmail } from '../kernel/email.ts'
import { Problem } from '../kernel/problem.ts'
import { createItem, existingItems, itemOfRow, type ItemRef } from '../items/index.ts'
import { ConditionFailed, type Row, type Write } from '../platform/table.ts'
import type { Ctx } from '../workspace/index.ts'
import { madeForAddressKey, madeForDomainKey } from './keys.ts'
import { MOST_MADE_FOR_A_DOMAIN, MOST_MADE_FOR_AN_ADDRESS, valuesOf, type Making, type Unmade } from './making-rules.ts'

const DAY_SECONDS = 24 * 60 * 60
const MONTH_SECONDS = 30 * DAY_SECONDS

/**
 * Makes a lead or a contact of a mail that matched nothing (SNS-1). `store` stores the mail with what was made, or with the reason why nothing was, and adds the given
 * writes to its own transaction: a mail makes its item exactly once, however often it is taken in. Two mails of one new sender that come at the same time make one item: the row of
 * the address names it. Throws `ConditionFailed`, as `store` does.
 */
export async function makeItem<T>(ctx: Ctx, making: Making, causeId: string, store: (made: ItemRef | Unmade, ...further: Write[]) => Promise<T>): Promise<T> {
  const address = comparableEmail(making.person.address)
  const keys = { address: madeForAddressKey(address), domain: madeForDomainKey(address.slice(address.lastIndexOf('@') + 1), ctx.now()) }
  const rows = await ctx.table.getMany([keys.address, keys.domain], { consistent: true })
  const known = rows.find(({ pk }) => pk === keys.address.pk)
  const made = known && (await stillThere(ctx, known, address))
  if (made) return store(made)
  if (Number(known?.['made'] ?? 0) >= MOST_MADE_FOR_AN_ADDRESS || Number(rows.find(({ pk }) => pk === keys.domain.pk)?.['made'] ?? 0) >= MOST_MADE_FOR_A_DOMAIN) return store('too_many_created')
  const seconds = Math.floor(ctx.now().getTime() / 1000)
  const remember = (item: ItemRef): Write[] => [
    { put: { ...keys.address, kind: 'mailMade', itemType: item.type, itemId: item.id, made: Number(known?.['made'] ?? 0) + 1, version: Number(known?.['version'] ?? 0) + 1, expiresAt: seconds + MONTH_SECONDS }, if: known ? { equals: { version: Number(known['version']) } } : { absent: true } },
    { update: keys.domain, set: { kind: 'mailMade', expiresAt: seconds + 2 * DAY_SECONDS }, add: { made: 1 } },
  ]
  const stored: T[] = []
  // The item's writes join those of the mail.
  const write = async (...writes: readonly Write[]): Promise<void> => {
    const [first] = writes
    if (!first || !('put' in first)) throw new Error('A new item is put first.')
    const { type, id } = itemOfRow(first.put)
    try {
      stored.push(await store({ type, id }, ...writes, ...remember({ type, id })))
    } catch (error) {
      throw error instanceof ConditionFailed ? new CameBetween(error) : error
    }
  }
  try {
    await createItem({ ...ctx, actor: { userId: making.responsibleId, via: 'mail', causeId }, table: { ...ctx.table, write } }, { type: making.type, values: valuesOf(making) })
  } catch (error) {
    if (error instanceof CameBetween) throw error.conditions
    if (error instanceof Problem && ['forbidden', 'invalid', 'impossible', 'not_found'].includes(error.kind)) return store('could_not_create')
    throw error
  }
  const [result] = stored
  if (result === undefined) throw new Error('The item was made without being stored.')
  return result
}

/** The item that mail of this address has made, while it is there and holds the address: the look-up of addresses may not know of it yet. */
async function stillThere(ctx: Ctx, row: Row, address: string): Promise<ItemRef | undefined> {
  const [item] = await existingItems(ctx.table, [{ type: String(row['itemType']), id: Number(row['itemId']) }])
  const emails = (item?.values['emails'] as { value: string }[] | undefined) ?? []
  return item && emails.some(({ value }) => comparableEmail(value) === address) ? { type: item.type, id: item.id } : undefined
}

/** A condition of the mail's own that failed is no matter of the item's. */
class CameBetween extends Error {
  readonly conditions: ConditionFailed

  constructor(conditions: ConditionFailed) {
    super('Something else was stored meanwhile.')
    this.conditions = conditions
  }
}
