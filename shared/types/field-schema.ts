import * as z from 'zod'
import { LONGEST_TITLE, PlainName, Title, TypeCode } from './names.ts'

/** What a field that a company adds can hold (ITM-5). `item` is a link to an item, `file` the id of a stored file. */
export const CUSTOM_KINDS = ['string', 'text', 'integer', 'number', 'boolean', 'date', 'datetime', 'money', 'enumeration', 'url', 'employee', 'item', 'file'] as const
export type CustomKind = (typeof CUSTOM_KINDS)[number]

export const MOST_FIELDS = 200
/** Fields that were deleted count too: their data stays, so that they can come back. */
export const MOST_FIELDS_EVER = 500
export const MOST_OPTIONS = 100
const MOST_STAGES_NAMED = 20
const MOST_TYPES_NAMED = 20

/** A choice of an enumeration. A retired one cannot be chosen any more; items that have it keep it. */
export interface Option {
  readonly id: string
  readonly title: string
  readonly retired?: boolean
}

/** A field that the company has added to a type. Its code and kind never change. */
export interface CustomField {
  readonly code: string
  readonly title: string
  readonly kind: CustomKind
  readonly multiple: boolean
  /** Every new item must have it; nobody can clear it. */
  readonly required: boolean
  /** Stages, one for each pipeline at most, from which on an item must have it. Failure stages after it ask for nothing. */
  readonly requiredFrom: readonly string[]
  /** Whether a search should look into it: said by the administrator, for whoever builds one. */
  readonly searchable: boolean
  /** For enumerations. */
  readonly options?: readonly Option[]
  /** For links to items: the types that may be linked; left out, all. */
  readonly itemTypes?: readonly string[]
}

const OptionInput = z.strictObject({ id: PlainName.optional(), title: z.string().trim().min(1).max(LONGEST_TITLE), retired: z.boolean().optional() })
export type OptionInput = z.infer<typeof OptionInput>

const changeable = {
  title: Title,
  required: z.boolean(),
  requiredFrom: z.array(PlainName).max(MOST_STAGES_NAMED),
  searchable: z.boolean(),
  options: z.array(OptionInput).min(1).max(MOST_OPTIONS),
  itemTypes: z.array(TypeCode).min(1).max(MOST_TYPES_NAMED),
}

export const FieldInput = z.strictObject({
  code: PlainName.regex(/^[a-z]/, 'A small letter first.'),
  kind: z.enum(CUSTOM_KINDS),
  multiple: z.boolean().default(false),
  title: Title.optional(),
  required: changeable.required.default(false),
  requiredFrom: changeable.requiredFrom.default([]),
  searchable: changeable.searchable.default(false),
  options: changeable.options.optional(),
  itemTypes: changeable.itemTypes.optional(),
})
export type FieldInput = z.infer<typeof FieldInput>

/** `kind` and `multiple` may be sent along but not changed. */
export const FieldPatch = z.strictObject({ ...changeable, kind: z.enum(CUSTOM_KINDS), multiple: z.boolean() }).partial()
export type FieldPatch = z.infer<typeof FieldPatch>

/** A field as the API shows it: the product's own (`custom: false`), which cannot be changed, and the company's. */
export const FieldView = z.object({
  code: z.string(),
  title: z.string(),
  kind: z.string(),
  custom: z.boolean(),
  multiple: z.boolean(),
  required: z.boolean(),
  requiredFrom: z.array(z.string()),
  searchable: z.boolean(),
  options: z.array(z.object({ id: z.string(), title: z.string(), retired: z.boolean().optional() })).optional(),
  itemTypes: z.array(z.string()).optional(),
})
export type FieldView = z.infer<typeof FieldView>
