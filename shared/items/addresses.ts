import { comparableEmail } from '../kernel/email.ts'
import { comparablePhone } from '../kernel/phone.ts'
import type { Key, Write } from '../platform/table.ts'
import type { Item } from './item.ts'
import { addressKey } from './keys.ts'

/** The rows by which an item is found by its addresses: one for each address, however often and however written. */
async function addressKeysOf(item: Item): Promise<Key[]> {
  const emails = listOf(item.values['emails']).map(({ value }) => addressKey('email', comparableEmail(value), item.type, item.id))
  const phones = await Promise.all(listOf(item.values['phones']).map(async ({ value }) => addressKey('phone', await comparablePhone(value), item.type, item.id)))
  return [...new Map([...emails, ...phones].map((key) => [key.pk, key])).values()]
}

/** The writes that take the address rows from one state of an item to the next; undefined means that it is not there. */
export async function addressWrites(before: Item | undefined, after: Item | undefined): Promise<Write[]> {
  const old = before ? await addressKeysOf(before) : []
  const now = after ? await addressKeysOf(after) : []
  const has = (keys: readonly Key[], key: Key): boolean => keys.some(({ pk }) => pk === key.pk)
  return [
    ...now.filter((key) => !has(old, key)).map((key): Write => ({ put: { ...key, kind: 'address' } })),
    ...old.filter((key) => !has(now, key)).map((key): Write => ({ delete: key })),
  ]
}

function listOf(value: unknown): readonly { value: string }[] {
  return Array.isArray(value) ? (value as { value: string }[]) : []
}
