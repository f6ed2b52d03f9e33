import { sameValue } from '../kernel/json.ts'
import { invalidField, Problem, type FieldProblem } from '../kernel/problem.ts'
import type { CustomField, TypeDefinition } from '../types/index.ts'
import { isActive, peopleOf, type Ctx } from '../workspace/index.ts'
import type { ItemLink } from './custom-values.ts'
import { refKey, type Item, type ItemRef } from './item.ts'
import { readableItems } from './repository.ts'

type Values = Readonly<Record<string, unknown>>

/** Fields of the company's own lie in one map among the values of an item. Those of deleted fields stay in it, unseen. */
export function customValues(values: Values): Values {
  return (values['fields'] as Values | undefined) ?? {}
}

/** Values of an item with these in the company's own fields, in place of those before; without any there is no `fields` at all. */
export function withCustomValues(values: Values, fields: Values): Record<string, unknown> {
  const { fields: _former, ...rest } = values
  return Object.keys(fields).length === 0 ? rest : { ...rest, fields }
}

/**
 * The fields of the company's own after a request: what is left out stays, `null`, an empty text and an empty list clear (ITM-5). Whom and what it newly
 * names must be there: employees active, options not retired, linked items readable to the caller. Links that the caller cannot see stay.
 */
export async function chooseCustomValues(ctx: Ctx, type: TypeDefinition, before: Values, input: Values): Promise<Record<string, unknown>> {
  const links = type.customFields.filter(({ kind, code }) => kind === 'item' && sentFields(input)[code] !== undefined).flatMap(({ code }) => [...linksIn(customValues(before)[code]), ...linksIn(sentFields(input)[code])])
  return customValuesAfter(ctx, type, before, input, await whatIsReadable(ctx, links))
}

/** The same where it is known which links the caller may see; left out, all of them, so that the rest can be judged before anything is read. */
export function customValuesAfter(ctx: Ctx, type: TypeDefinition, before: Values, input: Values, sees: (link: ItemRef) => boolean = () => true): Record<string, unknown> {
  const former = customValues(before)
  const sent = sentFields(input)
  const after: Record<string, unknown> = { ...former }
  for (const field of type.customFields.filter(({ code }) => sent[code] !== undefined)) {
    const value = field.kind === 'item' ? keepingUnseen(field, former[field.code], sent[field.code], sees) : sent[field.code]
    if (isEmpty(value)) delete after[field.code]
    else after[field.code] = value
    namesWhatIsThere(ctx, field, former[field.code], sent[field.code], sees)
  }
  return after
}

function sentFields(input: Values): Values {
  return (input['fields'] as Values | undefined) ?? {}
}

/** Reads nothing where nothing is linked. */
async function whatIsReadable(ctx: Ctx, links: readonly ItemRef[]): Promise<(link: ItemRef) => boolean> {
  const seen = links.length === 0 ? new Set<string>() : new Set((await readableItems(ctx, links)).map(refKey))
  return (link) => seen.has(refKey(link))
}

/** What the caller cannot see is no matter of theirs: where a field holds one link they may put another in its place. */
function keepingUnseen({ multiple }: CustomField, former: unknown, sent: unknown, sees: (link: ItemRef) => boolean): unknown {
  const unseen = linksIn(former).filter((link) => !sees(link))
  if (!multiple) return isEmpty(sent) ? unseen[0] : sent
  const given = linksIn(sent)
  if (sameValue(given, linksIn(former).filter(sees))) return former
  return [...given, ...unseen.filter((link) => !given.some((one) => refKey(one) === refKey(link)))]
}

/**
 * Judges what a request names in a field. What stood there before may stay, even if its person has left or its option is retired; but not a link that the caller
 * cannot see: by sending numbers and looking which of them are taken, anybody could learn what the field holds (ACC-9).
 */
function namesWhatIsThere(ctx: Ctx, { code, kind, multiple, options = [] }: CustomField, former: unknown, sent: unknown, sees: (link: ItemRef) => boolean): void {
  const old = listOf(former)
  listOf(sent).forEach((one, index) => {
    const refuse = (what: string, detail: string): never => {
      throw invalidField(`/fields/${code}${multiple ? `/${index}` : ''}`, `field.${what}`, detail)
    }
    if (kind === 'item' && !sees(one as ItemLink)) refuse('link_unknown', 'There is no such item, or you may not see it.')
    if (old.some((other) => sameValue(other, one))) return
    if (kind === 'enumeration' && options.some(({ id, retired }) => id === one && retired)) refuse('option_retired', 'This option cannot be chosen any more.')
    if (kind === 'employee' && !isActive(peopleOf(ctx.workspace), String(one))) refuse('employee_unknown', 'There is no such active user.')
  })
}

/**
 * What an item must have where it stands: all of it when it is made and when it moves to another stage, else only what this change would take away.
 * So an old item without a field that is required now can still be worked with until it moves (ITM-5). Throws 400 that names each missing field.
 */
export function requiredFieldsAreThere(type: TypeDefinition, before: Item | undefined, after: Pick<Item, 'pipelineId' | 'stageId' | 'values'>): void {
  const old = before && customValues(before.values)
  const now = customValues(after.values)
  const moved = before?.stageId !== after.stageId
  const missing = type.customFields.filter((field) => now[field.code] === undefined && (!old || moved || old[field.code] !== undefined) && isRequiredAt(type, field, after))
  if (missing.length === 0) return
  const problems = missing.map(({ code, title }): FieldProblem => ({ pointer: `/fields/${code}`, detail: `${title} is required${after.stageId !== undefined && moved && before ? ` for the stage ${after.stageId}` : ''}.` }))
  throw new Problem('invalid', 'field.required', `Required here: ${missing.map(({ code }) => code).join(', ')}.`, problems)
}

/** Always, or from a stage on. Who has lost asks for nothing more, unless the failure stage itself was named. */
function isRequiredAt(type: TypeDefinition, { required, requiredFrom }: CustomField, { pipelineId, stageId }: Pick<Item, 'pipelineId' | 'stageId'>): boolean {
  if (required) return true
  const stages = type.pipelines.find(({ id }) => id === pipelineId)?.stages ?? []
  const place = stages.findIndex(({ id }) => id === stageId)
  const from = stages.findIndex(({ id }) => requiredFrom.includes(id))
  return from >= 0 && place >= from && (place === from || stages[place]?.semantic !== 'failure')
}

/** The links to items in the fields of the company's own; the values themselves tell which types they lead to. */
export function customLinksOf(type: TypeDefinition, values: Values): ItemRef[] {
  const held = customValues(values)
  return type.customFields.filter(({ kind }) => kind === 'item').flatMap(({ code }) => linksIn(held[code]))
}

/** The values with only those links that `sees` lets through. */
export function withCustomLinks(type: TypeDefinition, values: Values, sees: (link: ItemRef) => boolean): Record<string, unknown> {
  const held = customValues(values)
  const shown = type.customFields
    .filter(({ kind, code }) => kind === 'item' && held[code] !== undefined)
    .map(({ code, multiple }) => [code, multiple ? linksIn(held[code]).filter(sees) : linksIn(held[code]).find(sees)] as const)
  return shown.length === 0 ? { ...values } : withCustomValues(values, { ...held, ...Object.fromEntries(shown) })
}

/** The fields of the company's own as the API shows them: every one is there, `null` or an empty list where it has no value. */
export function customFieldsView(type: TypeDefinition, values: Values): Record<string, unknown> {
  const held = customValues(values)
  return Object.fromEntries(type.customFields.map(({ code, multiple }) => [code, held[code] ?? (multiple ? [] : null)]))
}

/** Values by name, with those of the company's own fields as `fields.color`: timelines and events name each field that changed. */
export function flatValues(values: Values): Record<string, unknown> {
  const { fields: _fields, ...own } = values
  return { ...own, ...Object.fromEntries(Object.entries(customValues(values)).map(([code, value]) => [`fields.${code}`, value])) }
}

function linksIn(value: unknown): ItemLink[] {
  return listOf(value) as ItemLink[]
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : isEmpty(value) ? [] : [value]
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
