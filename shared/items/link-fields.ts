import * as z from 'zod'
import type { TypeDefinition } from '../types/index.ts'
import type { Item, ItemRef } from './item.ts'

/** Links that one request may add and remove, over all fields (ITM-3). */
export const MOST_LINKS_CHANGED = 10
/** Links that one field may hold. */
export const MOST_LINKS = 500

/** A field that holds links to items of another type (ITM-3). */
export interface LinkField {
  readonly name: string
  readonly to: string
  readonly many: boolean
  /** The field at the other end that holds the same link; where there is none, a row beside the other item does. */
  readonly back?: string
  /** Only conversion sets it. */
  readonly byConversion?: true
}

const toCompany: LinkField = { name: 'companyId', to: 'company', many: false }
const toContacts: LinkField = { name: 'contactIds', to: 'contact', many: true }
const toDeal: LinkField = { name: 'dealId', to: 'deal', many: false }

const CLIENT: readonly LinkField[] = [toCompany, toContacts]
const DOCUMENT: readonly LinkField[] = [toDeal, ...CLIENT]

const ownFields: Readonly<Record<string, readonly LinkField[]>> = {
  lead: [{ name: 'contactId', to: 'contact', many: false, byConversion: true }, { ...toCompany, byConversion: true }, { ...toDeal, byConversion: true }],
  contact: [{ name: 'companyIds', to: 'company', many: true, back: 'contactIds' }],
  company: [{ ...toContacts, back: 'companyIds' }],
  quote: DOCUMENT,
  invoice: DOCUMENT,
}

/** The links that items of a type hold themselves. What else is linked to them is found by the rows beside them. */
export function linkFieldsOf(type: Pick<TypeDefinition, 'code' | 'clientLinks'>): readonly LinkField[] {
  return Object.hasOwn(ownFields, type.code) ? (ownFields[type.code] ?? []) : type.clientLinks ? CLIENT : []
}

/** The numbers in a link field, whether it holds one or many. */
export function linkedIds(values: Readonly<Record<string, unknown>>, field: LinkField): readonly number[] {
  const value = values[field.name]
  return typeof value === 'number' ? [value] : Array.isArray(value) ? (value as number[]) : []
}

/** Values with a link field set to these numbers; an empty one is left out, as every empty value is. */
export function withLinkedIds(values: Readonly<Record<string, unknown>>, field: LinkField, ids: readonly number[]): Record<string, unknown> {
  const { [field.name]: _former, ...rest } = values
  return ids.length === 0 ? rest : { ...rest, [field.name]: field.many ? ids : ids[0] }
}

/** Everything an item holds links to. */
export function linksOf(type: Pick<TypeDefinition, 'code' | 'clientLinks'>, item: Pick<Item, 'values'>): ItemRef[] {
  return linkFieldsOf(type).flatMap((field) => linkedIds(item.values, field).map((id) => ({ type: field.to, id })))
}

const id = z.int().positive().max(999_999_999_999)
const setByConversion = z.never('Only conversion sets it.').optional()

/** What a client may send for the link fields of a type: `null` or nothing at all unlinks. */
export function linkShapeOf(type: TypeDefinition): z.ZodRawShape {
  return Object.fromEntries(
    linkFieldsOf(type).map((field) => [field.name, field.byConversion ? setByConversion : field.many ? z.array(id).max(MOST_LINKS).nullish() : id.nullish()]),
  )
}
