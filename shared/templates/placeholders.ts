import type { Item } from '../items/index.ts'
import { typesOf, type TypeDefinition } from '../types/index.ts'
import { peopleOf, type Workspace } from '../workspace/index.ts'
import { isList, type Shape, type Shapes } from './shape.ts'
import { customShape, printedAs, shownValue } from './shown-values.ts'

/** Types that mailings go to. A template without a type takes the fields of all of them. */
const MAILED_TYPES = ['lead', 'contact', 'company'] as const

const PERSON: Shape = { id: 'value', name: 'value', email: 'value' }
const ADDRESSES: Shape = [{ value: 'value', kind: 'value' }]
const COMMON = ['id', 'type', 'title', 'createdAt', 'stageId', 'pipelineId'] as const

/** Every placeholder that a template for a type may use (BLK-2). */
export function placeholdersFor(workspace: Workspace, type: string | null): Shapes {
  const types = type === null ? MAILED_TYPES.flatMap((code) => typesOf(workspace).get(code) ?? []) : [typesOf(workspace).get(type)].filter((one) => one !== undefined)
  const own = types.flatMap(({ fields }) => fields.map(({ name, kind }) => [name, kind === 'emails' || kind === 'phones' ? ADDRESSES : 'value'] as const))
  const custom = types.flatMap(({ customFields }) => customFields.flatMap((field) => {
    const shape = customShape(field)
    return shape === undefined ? [] : [[field.code, shape] as const]
  }))
  const first = own.some(([, shape]) => shape === ADDRESSES) ? ([['email', 'value'], ['phone', 'value']] as const) : []
  const common = COMMON.map((name) => [name, 'value'] as const)
  return { item: { ...Object.fromEntries<Shape>([...common, ...first, ...own]), fields: Object.fromEntries(custom) }, responsible: PERSON, sender: PERSON, unsubscribeUrl: 'value' }
}

/** What the placeholders stand for in one mail. */
export interface Filling {
  readonly item: Item
  readonly senderId: string
  /** Where the recipient can have no more such mail; empty for a mail to one item. */
  readonly unsubscribeUrl: string
}

/** The values for one mail. They are plain copies: a template reaches nothing else. */
export function scopeOf(workspace: Workspace, { item, senderId, unsubscribeUrl }: Filling): Record<string, unknown> {
  const { id, type, title, createdAt, stageId, pipelineId, values } = item
  const definition = typesOf(workspace).get(type)
  const own = Object.fromEntries((definition?.fields ?? []).map(({ name }) => [name, structuredClone(values[name]) ?? null]))
  return {
    item: printedAs(title, { ...own, email: firstAddress(values['emails']), phone: firstAddress(values['phones']), id, type, title, createdAt, stageId: stageId ?? null, pipelineId: pipelineId ?? null, fields: printedAs('', customValues(workspace, definition, item)) }),
    responsible: personOf(workspace, item.responsibleId),
    sender: personOf(workspace, senderId),
    unsubscribeUrl,
  }
}

/** Those of the type alone, in the form in which people read them. */
function customValues(workspace: Workspace, type: TypeDefinition | undefined, { values }: Item): Record<string, unknown> {
  const stored = values['fields']
  const held: Readonly<Record<string, unknown>> = typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>) : {}
  return Object.fromEntries((type?.customFields ?? []).flatMap((field) => (customShape(field) === undefined ? [] : [[field.code, shownValue(workspace, field, Object.hasOwn(held, field.code) ? held[field.code] : null)] as const])))
}

function firstAddress(list: unknown): string {
  return Array.isArray(list) ? String((list as { value?: unknown }[])[0]?.value ?? '') : ''
}

function personOf(workspace: Workspace, userId: string): Record<string, unknown> {
  const user = peopleOf(workspace).users.get(userId)
  const name = user?.name ?? ''
  return printedAs(name, { id: userId, name, email: user?.emails[0] ?? '' })
}

const MOST_ALIKE = 20

/** A made-up mail in which every placeholder has a value, to try a template on. */
export function sampleScope(shape: Shapes): Record<string, unknown> {
  return Object.fromEntries(Object.entries(shape).map(([name, of]) => [name, sampleOf(name, of)]))
}

function sampleOf(name: string, of: Shape): unknown {
  if (of === 'value') return name
  return isList(of) ? Array.from({ length: MOST_ALIKE }, () => sampleOf(name, of[0])) : printedAs(name, sampleScope(of))
}
