import { invalidField, Problem } from '../kernel/problem.ts'
import { MOST_FIELDS, MOST_FIELDS_EVER, MOST_OPTIONS, type CustomKind, type FieldInput, type Option, type OptionInput } from './field-schema.ts'
import { nameFromTitle } from './names.ts'
import type { Pipeline } from './schema.ts'
import type { StoredField } from './types-of.ts'

interface Home {
  readonly code: string
  readonly pipelines: readonly Pipeline[]
}

/** A field as it is stored. `pointer` is where in the request it stands. */
export function newField(type: Home, input: FieldInput, at: string, pointer = ''): StoredField {
  const { code, kind, multiple, title, required, requiredFrom, searchable, options, itemTypes } = input
  requiredFromMakesSense(type, requiredFrom, `${pointer}/requiredFrom`)
  if ((kind === 'enumeration') !== (options !== undefined)) throw invalidField(`${pointer}/options`, 'field.options', kind === 'enumeration' ? 'An enumeration has options.' : 'Only enumerations have options.')
  if (itemTypes && kind !== 'item') throw invalidField(`${pointer}/itemTypes`, 'field.item_types', 'Only links to items name types.')
  return {
    part: 'field',
    type: type.code,
    code,
    kind,
    multiple,
    title: title ?? code,
    required,
    requiredFrom,
    searchable,
    ...(options ? { options: optionsAfter([], options, `${pointer}/options`) } : {}),
    ...(itemTypes ? { itemTypes } : {}),
    createdAt: at,
  }
}

/** Refuses more fields than a type may have, deleted ones included where they count. */
export function roomForFields(stored: readonly StoredField[], added: number): void {
  const shown = stored.filter(({ deletedAt }) => deletedAt === undefined).length
  if (shown + added > MOST_FIELDS) throw new Problem('impossible', 'field.too_many', `A type has at most ${MOST_FIELDS} fields of the company's own.`)
  if (stored.length + added > MOST_FIELDS_EVER) throw new Problem('impossible', 'field.too_many_ever', `With those that were deleted, a type has at most ${MOST_FIELDS_EVER} fields.`)
}

/** A field is required from stages that are there, one for each pipeline. */
export function requiredFromMakesSense({ pipelines }: Home, stageIds: readonly string[], pointer: string): void {
  const seen = new Set<string>()
  stageIds.forEach((stageId, index) => {
    const pipeline = pipelines.find(({ stages }) => stages.some(({ id }) => id === stageId))
    if (!pipeline) throw invalidField(`${pointer}/${index}`, 'field.stage_unknown', 'The type has no such stage.')
    if (seen.has(pipeline.id)) throw invalidField(`${pointer}/${index}`, 'field.stage_doubled', `Name one stage of the pipeline ${pipeline.id}: from there on it is required.`)
    seen.add(pipeline.id)
  })
}

/** The options in the order given. Those that are left out are retired, not forgotten, since items may hold them. */
export function optionsAfter(before: readonly Option[], given: readonly OptionInput[], pointer: string): Option[] {
  const taken = new Set(before.map(({ id }) => id))
  const named = new Set<string>()
  const next = given.map(({ id, title, retired }, index): Option => {
    const chosen = id ?? nameFromTitle(title, new Set([...taken, ...named]), 'OPTION')
    if (named.has(chosen)) throw invalidField(`${pointer}/${index}/id`, 'field.option_doubled', 'Two options have this id.')
    named.add(chosen)
    return { id: chosen, title, ...(retired ? { retired } : {}) }
  })
  const all = [...next, ...before.filter(({ id }) => !named.has(id)).map((option) => ({ ...option, retired: true }))]
  if (all.length > MOST_OPTIONS) throw invalidField(pointer, 'field.too_many_options', `With those that were retired, a field has at most ${MOST_OPTIONS} options.`)
  return all
}

/** What a field holds is fixed: values of another kind would be left on the items (ITM-5). */
export function keepsItsKind(before: { kind: CustomKind; multiple: boolean }, change: { kind?: CustomKind | undefined; multiple?: boolean | undefined }): void {
  const changed = change.kind !== undefined && change.kind !== before.kind ? 'kind' : change.multiple !== undefined && change.multiple !== before.multiple ? 'multiple' : undefined
  if (changed) throw new Problem('impossible', `field.${changed}_fixed`, 'A field keeps its kind, and whether it holds one value or several. Add another field instead.', [{ pointer: `/${changed}`, detail: 'It cannot be changed.' }])
}
