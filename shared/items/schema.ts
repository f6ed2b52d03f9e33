import * as z from 'zod'
import { EmailAddress } from '../kernel/email.ts'
import { pageOf, PageQuery } from '../kernel/page.ts'
import { ProductRows } from '../money/index.ts'
import type { FieldKind, TypeDefinition } from '../types/index.ts'
import { Amount, Currency, customFieldsSchema, FiniteNumber, LONGEST_STRING, LONGEST_TEXT } from './custom-values.ts'
import { linkShapeOf } from './link-fields.ts'

export const MOST_OBSERVERS = 30
export const MOST_ADDRESSES = 20

const id = z.string().min(1).max(64)
const text = z.string().trim().max(LONGEST_STRING)
const addressKind = z.string().regex(/^[a-zA-Z][\w-]{0,29}$/, 'A short word such as work, home or mobile.').default('work')

const Phone = z.strictObject({ value: z.string().trim().min(2).max(40).regex(/^[\d+()/.\-\s#*extEXT]+$/, 'Not a phone number.').regex(/\d/, 'Not a phone number.'), kind: addressKind })
const Email = z.strictObject({ value: EmailAddress, kind: addressKind })

/** The schema of each kind of field. `null` clears a field, on every kind. */
const schemaOfKind: Record<FieldKind, z.ZodType> = {
  string: text,
  text: z.string().max(LONGEST_TEXT),
  integer: z.int(),
  number: FiniteNumber,
  boolean: z.boolean(),
  date: z.iso.date(),
  datetime: z.iso.datetime({ offset: true }),
  amount: Amount,
  currency: Currency,
  percent: FiniteNumber.pipe(z.number().min(0).max(100)),
  phones: z.array(Phone).max(MOST_ADDRESSES),
  emails: z.array(Email).max(MOST_ADDRESSES),
}

/** What a client may send for a new item of a type (ITM-2, ITM-3). Anything else is refused by name (ITM-5). */
export function itemInputOf(type: TypeDefinition): z.ZodType<ItemInput> {
  return remembered(inputs, type, () => z.strictObject({ ...commonShape(type), ...(type.observers ? { observerIds: z.array(id).max(MOST_OBSERVERS).optional() } : {}) })) as z.ZodType<ItemInput>
}

/** What a client may send to change one. */
export function itemPatchOf(type: TypeDefinition): z.ZodType<ItemInput> {
  return remembered(patches, type, () => z.strictObject({ ...commonShape(type), observerIds: z.never('Observers are added and removed at /observers.').optional() })) as z.ZodType<ItemInput>
}

export interface ItemInput {
  readonly title?: string | null | undefined
  readonly responsibleId?: string | undefined
  readonly observerIds?: readonly string[] | undefined
  readonly opened?: boolean | undefined
  readonly pipelineId?: string | undefined
  readonly stageId?: string | undefined
  readonly [field: string]: unknown
}

function commonShape(type: TypeDefinition): z.ZodRawShape {
  const staged = type.pipelines.length > 0 ? { pipelineId: id.optional(), stageId: id.optional() } : {}
  return {
    title: text.nullish(),
    responsibleId: id.optional(),
    opened: z.boolean().optional(),
    ...staged,
    ...linkShapeOf(type),
    ...(type.productRows ? { productRows: ProductRows.nullish() } : {}),
    ...Object.fromEntries(type.fields.map(({ name, kind }) => [name, schemaOfKind[kind].nullish()])),
    fields: customFieldsSchema(type.customFields).optional(),
  }
}

const inputs = new WeakMap<TypeDefinition, z.ZodType>()
const patches = new WeakMap<TypeDefinition, z.ZodType>()

function remembered(known: WeakMap<TypeDefinition, z.ZodType>, type: TypeDefinition, make: () => z.ZodType): z.ZodType {
  const schema = known.get(type) ?? make()
  known.set(type, schema)
  return schema
}

const number = z.string().regex(/^[1-9]\d{0,14}$/).transform(Number)
const code = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/)

export const TypeParam = z.object({ type: code })
export const ItemParam = z.object({ type: code, id: number })

export const ObserverIds = z.strictObject({ userIds: z.array(id).min(1).max(MOST_OBSERVERS) })

/** Query of a list: paging and view; every other parameter is a filter, checked against the type. */
export const ListQuery = z
  .object({
    ...PageQuery.shape,
    view: z.enum(['list', 'full']).default('list'),
    sort: z.enum(['-id', 'id']).default('-id'),
  })
  .catchall(z.string().max(1000))
  .transform(({ limit, cursor, view, sort, ...filter }) => ({ limit, cursor, view, sort, filter: filter as Record<string, string> }))
export type ListQuery = z.output<typeof ListQuery>

export const ItemView = z.looseObject({ id: z.number(), type: z.string(), title: z.string(), responsibleId: z.string(), observerIds: z.array(z.string()), opened: z.boolean(), version: z.number() })
export const ItemPage = pageOf(z.looseObject({ id: z.number(), type: z.string(), title: z.string() }))
