import * as z from 'zod'
import { FileId } from '../files/index.ts'
import { normalDecimal } from '../kernel/decimal.ts'
import type { CustomField, CustomKind } from '../types/index.ts'

export const LONGEST_STRING = 500
export const LONGEST_TEXT = 20_000
const LONGEST_URL = 2000
const MOST_VALUES_OF_A_FIELD = 100
/** Of magnitude: smaller numbers than this cannot be told from zero in the table. */
const SMALLEST_NUMBER = 1e-100

/** Exact decimal text: `1200` becomes `1200.00`. */
export const Amount = z.union([z.string(), z.number()]).transform((given, check) => {
  const amount = normalDecimal(String(given).trim())
  if (amount === undefined) check.addIssue({ code: 'custom', message: 'An amount such as "1200.00": at most 15 digits and 4 places.' })
  return amount ?? ''
})

export const Currency = z.string().regex(/^[A-Z]{3}$/, 'Three capital letters, such as EUR.')

export const FiniteNumber = z
  .number()
  .min(Number.MIN_SAFE_INTEGER)
  .max(Number.MAX_SAFE_INTEGER)
  .refine((value) => value === 0 || Math.abs(value) >= SMALLEST_NUMBER, 'Too close to zero.')
  // Zero has one sign in the table.
  .transform((value) => (value === 0 ? 0 : value))

/** A moment with its offset, kept in UTC: two ways to write it are one value. */
const Moment = z.iso.datetime({ offset: true, error: 'A moment such as "2026-11-21T09:30:00+01:00".' }).transform((given, check) => {
  const at = new Date(given)
  if (!Number.isNaN(at.getTime()) && /^\d{4}-/.test(at.toISOString())) return at.toISOString()
  check.addIssue({ code: 'custom', message: 'There is no such moment.' })
  return ''
})

const WebAddress = z
  .string()
  .trim()
  .max(LONGEST_URL)
  .refine((given) => given === '' || (/^https?:\/\/\S+$/i.test(given) && URL.canParse(given)), 'A web address such as "https://example.org/page".')

export const ItemLink = z.strictObject({ type: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'The code of a type.'), id: z.int().min(1).max(999_999_999_999) })
export type ItemLink = z.infer<typeof ItemLink>

const schemaOfKind: Record<CustomKind, (field: CustomField) => z.ZodType> = {
  string: () => z.string().trim().max(LONGEST_STRING),
  text: () => z.string().max(LONGEST_TEXT),
  integer: () => z.int().transform((value) => (value === 0 ? 0 : value)),
  number: () => FiniteNumber,
  boolean: () => z.boolean(),
  date: () => z.iso.date('A date such as "2026-11-21".'),
  datetime: () => Moment,
  money: () => z.strictObject({ amount: Amount, currency: Currency.default('EUR') }),
  enumeration: ({ options = [] }) => z.enum(options.map(({ id }) => id), `One of ${options.filter(({ retired }) => !retired).map(({ id }) => id).join(', ')}.`),
  url: () => WebAddress,
  employee: () => z.string().min(1).max(64),
  item: ({ itemTypes }) => (itemTypes ? ItemLink.refine(({ type }) => itemTypes.includes(type), `A link to an item of the type ${itemTypes.join(' or ')}.`) : ItemLink),
  file: () => FileId,
}

/** Values that name something are held once; of others the same may stand twice. */
const NAMES: ReadonlySet<CustomKind> = new Set(['enumeration', 'employee', 'item', 'file'])

/** What a client may send for a field of the company's own; `null`, an empty text and an empty list clear it. Gives the form in which values are kept. */
export function customValueSchema(field: CustomField): z.ZodType {
  const one = schemaOfKind[field.kind](field)
  if (!field.multiple) return one.nullish()
  return z
    .array(one)
    .max(MOST_VALUES_OF_A_FIELD)
    .transform((values) => (NAMES.has(field.kind) ? [...new Map(values.map((value) => [JSON.stringify(value), value])).values()] : values.filter((value) => value !== '')))
    .nullish()
}

/** What a client may send under `fields` for items of a type: its own fields and no others, refused by name (ITM-5). */
export function customFieldsSchema(fields: readonly CustomField[]): z.ZodType {
  return z.strictObject(Object.fromEntries(fields.map((field) => [field.code, customValueSchema(field)])))
}
