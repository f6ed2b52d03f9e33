import { isRecord } from '../kernel/json.ts'
import type { TypeDefinition } from '../types/index.ts'
import type { ItemRef } from './item.ts'
import { linkFieldsOf, type LinkField } from './link-fields.ts'

/**
 * The items that a value of a field names, whatever becomes of the field: for timelines, which tell old and new values (ITM-3: an unreadable linked id is
 * absent from them). Fields of the company's own go by the name `fields.<code>` and hold `{ type, id }`.
 */
export function linksNamed(type: TypeDefinition, field: string, value: unknown): ItemRef[] {
  return manyOf(value).flatMap((one) => refOf(linkField(type, field), field, one) ?? [])
}

/** The value without the links that `sees` does not let through. */
export function withoutUnseen(type: TypeDefinition, field: string, value: unknown, sees: (ref: ItemRef) => boolean): unknown {
  const shown = (one: unknown): boolean => {
    const ref = refOf(linkField(type, field), field, one)
    return ref === undefined || sees(ref)
  }
  if (!Array.isArray(value)) return shown(value) ? value : null
  const left = value.filter(shown)
  return left.length === 0 && value.length > 0 ? null : left
}

function linkField(type: TypeDefinition, name: string): LinkField | undefined {
  return linkFieldsOf(type).find((field) => field.name === name)
}

function refOf(link: LinkField | undefined, field: string, value: unknown): ItemRef | undefined {
  if (link) return typeof value === 'number' ? { type: link.to, id: value } : undefined
  if (!field.startsWith('fields.') || !isRecord(value)) return undefined
  const { type, id } = value
  return typeof type === 'string' && typeof id === 'number' ? { type, id } : undefined
}

function manyOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}
