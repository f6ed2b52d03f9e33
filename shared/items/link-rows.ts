import type { Write } from '../platform/table.ts'
import type { TypeDefinition } from '../types/index.ts'
import { refKey, type Item, type ItemRef } from './item.ts'
import { linkKey } from './keys.ts'
import { linkFieldsOf, linksOf } from './link-fields.ts'

/** The rows beside other items that say they are linked from this one, from one state of it to the next. A deleted item keeps them for its return. */
export function linkWrites(type: TypeDefinition | undefined, before: Item | undefined, after: Item): Write[] {
  const rowsOf = (item: Item | undefined): Map<string, ItemRef> => new Map(item && type ? linksBeside(type, item).map((ref) => [refKey(ref), ref]) : [])
  const old = rowsOf(before)
  const now = rowsOf(after)
  return [
    ...[...now].filter(([key]) => !old.has(key)).map(([, ref]): Write => ({ put: { ...linkKey(ref, after), kind: 'link', linkedType: after.type, linkedId: after.id } })),
    ...[...old].filter(([key]) => !now.has(key)).map(([, ref]): Write => ({ delete: linkKey(ref, after) })),
  ]
}

/** Links whose other end has no field for them. Those in fields that a company has added lead one way and have no rows. */
export function linksBeside(type: TypeDefinition, item: Item): ItemRef[] {
  const twoFields = new Set(linkFieldsOf(type).flatMap((field) => (field.back === undefined ? [] : [field.to])))
  return linksOf(type, item).filter(({ type: to }) => !twoFields.has(to))
}
