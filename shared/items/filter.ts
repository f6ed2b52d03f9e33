import { compareDecimals, normalDecimal } from '../kernel/decimal.ts'
import { isRecord } from '../kernel/json.ts'
import { invalidField } from '../kernel/problem.ts'
import type { CustomKind, FieldKind, TypeDefinition } from '../types/index.ts'
import { customValues } from './custom-fields.ts'
import type { Item } from './item.ts'
import { storedNames } from './keys.ts'
import { linkFieldsOf } from './link-fields.ts'

const OPERATORS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'in', 'contains'] as const
type Operator = (typeof OPERATORS)[number]

/** What a list was asked for besides what the caller may read (ITM-7). */
export interface Filter {
  matches(item: Item): boolean
  /** Whether it looks at fields that a list index does not hold, so that the items themselves must be read. */
  readonly needsItems: boolean
  /** Whether it looks at links, of which only those that the caller may see count. */
  readonly looksAtLinks: boolean
  /** Values that a field must have for any match, where the filter says so: narrows what is read. */
  only(field: string): ReadonlySet<string> | undefined
}

interface Condition {
  readonly field: string
  readonly operator: Operator
  readonly values: readonly string[]
  readonly kind: FieldKind
}

const commonKinds: Readonly<Record<string, FieldKind>> = { id: 'integer', version: 'integer', title: 'string', responsibleId: 'string', opened: 'boolean', createdAt: 'datetime', createdBy: 'string', updatedAt: 'datetime', updatedBy: 'string' }
const MOST_VALUES = 100

/** Reads `?stageId=NEW&amount[ge]=1000` against a type. Throws 400 that names what may be filtered by. */
export function filterOf(type: TypeDefinition, query: Readonly<Record<string, string>>): Filter {
  const kinds = kindsOf(type)
  const conditions = Object.entries(query).map(([name, value]) => conditionOf(kinds, name, value))
  return {
    matches: (item) => conditions.every((condition) => holds(condition, item)),
    needsItems: conditions.some(({ field }) => field !== 'id' && !Object.hasOwn(storedNames, field)),
    looksAtLinks: conditions.some(({ field }) => linkFieldsOf(type).some(({ name }) => name === field) || type.customFields.some(({ code, kind }) => kind === 'item' && field === `fields.${code}`)),
    only: (field) => {
      const found = conditions.find((condition) => condition.field === field && (condition.operator === 'eq' || condition.operator === 'in'))
      return found && new Set(found.values)
    },
  }
}

function kindsOf(type: TypeDefinition): ReadonlyMap<string, FieldKind> {
  const staged: Record<string, FieldKind> = type.pipelines.length > 0 ? { pipelineId: 'string', stageId: 'string' } : {}
  const observed: Record<string, FieldKind> = type.observers ? { observerIds: 'string' } : {}
  const links = linkFieldsOf(type).map(({ name }) => [name, 'integer'] as const)
  return new Map([...Object.entries({ ...commonKinds, ...staged, ...observed }), ...links, ...type.fields.map(({ name, kind }) => [name, kind] as const), ...type.customFields.map(({ code, kind }) => [`fields.${code}`, comparedAs[kind] ?? 'string'] as const)])
}

/** Of the company's own fields (`?fields.price[ge]=100`) money is compared by its amount and a link is written `equipment:5`. */
const comparedAs: Partial<Record<CustomKind, FieldKind>> = { integer: 'integer', number: 'number', boolean: 'boolean', date: 'date', datetime: 'datetime', money: 'amount' }

function conditionOf(kinds: ReadonlyMap<string, FieldKind>, name: string, value: string): Condition {
  const [, field = '', given = 'eq'] = /^((?:fields\.)?[A-Za-z]\w*)(?:\[(\w+)\])?$/.exec(name) ?? []
  const kind = kinds.get(field)
  const operator = OPERATORS.find((one) => one === given)
  const pointer = `?${name.slice(0, 100)}`
  if (kind === undefined) throw invalidField(pointer, 'filter.unknown_field', `There is no such filter. A list can be filtered by ${[...kinds.keys()].join(', ')}.`)
  if (operator === undefined) throw invalidField(pointer, 'filter.unknown_operator', `The operators are ${OPERATORS.join(', ')}.`)
  const values = (operator === 'in' ? value.split(',') : [value]).map((one) => comparable(kind, one, pointer))
  if (values.length > MOST_VALUES) throw invalidField(pointer, 'filter.too_many_values', `At most ${MOST_VALUES} values.`)
  return { field, operator, values, kind }
}

function comparable(kind: FieldKind, value: string, pointer: string): string {
  const refuse = (what: string): never => {
    throw invalidField(pointer, 'filter.invalid_value', `Not ${what}.`)
  }
  if (kind === 'amount') return normalDecimal(value) ?? refuse('an amount such as 1000.00')
  if (kind === 'boolean') return value === 'true' || value === 'false' ? value : refuse('true or false')
  if (kind === 'integer' || kind === 'number' || kind === 'percent') return value.trim() !== '' && Number.isFinite(Number(value)) ? value : refuse('a number')
  if (kind === 'date' || kind === 'datetime') return /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value)) ? value : refuse('a date such as 2026-11-21')
  return value
}

function holds({ field, operator, values, kind }: Condition, item: Item): boolean {
  const found = valuesOf(item, field)
  const [first = ''] = values
  switch (operator) {
    case 'eq':
      return found.some((one) => compare(kind, one, first) === 0)
    case 'in':
      return found.some((one) => values.some((value) => compare(kind, one, value) === 0))
    case 'ne':
      return !found.some((one) => compare(kind, one, first) === 0)
    case 'contains':
      return found.some((one) => fold(one).includes(fold(first)))
    case 'gt':
      return found.some((one) => compare(kind, one, first) > 0)
    case 'ge':
      return found.some((one) => compare(kind, one, first) >= 0)
    case 'lt':
      return found.some((one) => compare(kind, one, first) < 0)
    case 'le':
      return found.some((one) => compare(kind, one, first) <= 0)
  }
}

function compare(kind: FieldKind, a: string, b: string): number {
  if (kind === 'amount') return compareDecimals(a, b)
  if (kind === 'integer' || kind === 'number' || kind === 'percent') return Number(a) - Number(b)
  if (kind === 'datetime') return Date.parse(a) - Date.parse(b)
  if (kind === 'emails' || kind === 'phones') return fold(a) === fold(b) ? 0 : fold(a) < fold(b) ? -1 : 1
  return a === b ? 0 : a < b ? -1 : 1
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** The values of a field as texts: none where it is empty, several where it holds addresses, links or people. */
function valuesOf(item: Item, field: string): string[] {
  if (field.startsWith('fields.')) return textsOf(customValues(item.values)[field.slice('fields.'.length)])
  const common: Readonly<Record<string, unknown>> = { ...item }
  const value = Object.hasOwn(item.values, field) ? item.values[field] : field === 'values' ? undefined : common[field]
  if (Array.isArray(value)) return value.map((one: unknown) => String(isRecord(one) ? one['value'] : one))
  return value === undefined || value === null ? [] : [String(value)]
}

/** What a field of the company's own holds, as texts to compare. */
function textsOf(value: unknown): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
  return values.map((one) => (isRecord(one) ? ('amount' in one ? String(one['amount']) : `${String(one['type'])}:${String(one['id'])}`) : String(one)))
}
