import type { TypeShape } from '../access/index.ts'
import { cutToLength } from '../kernel/clean-text.ts'
import { invalidField, Problem } from '../kernel/problem.ts'
import { DEFAULT_CURRENCY } from '../money/index.ts'
import { findStage, type Stage, type TypeDefinition } from '../types/index.ts'
import { isActive, peopleOf, type Workspace } from '../workspace/index.ts'
import { LONGEST_STRING } from './custom-values.ts'
import type { Item } from './item.ts'
import { withAmountOfRows } from './product-rows.ts'
import { MOST_ADDRESSES, type ItemInput } from './schema.ts'

/** Where the items of a type lie in the indexes. */
export function shapeOf(type: TypeDefinition): TypeShape {
  const removed = type.removedStages.map(({ pipelineId, stage }) => ({ id: pipelineId, stageIds: [stage.id] }))
  return { type: type.code, pipelines: [...type.pipelines.map(({ id, stages }) => ({ id, stageIds: stages.map((stage) => stage.id) })), ...removed] }
}

/** Nothing comes into a type or a stage that is being removed at this moment (ITM-4). */
export function isOpenToItems(type: TypeDefinition, stage?: Stage): void {
  if (type.closing) throw new Problem('conflict', 'type.closing', `The type ${type.title} is being removed.`)
  if (stage?.closing !== undefined) throw new Problem('conflict', 'stage.closing', `The stage ${stage.title} is being removed.`, [{ pointer: '/stageId', detail: 'It is being removed.' }])
}

/** The stage named by the caller, in the pipeline named by the caller; left out, the first stage of the pipeline, or of the first pipeline (ITM-2, ITM-4). `standing` is where the item stands already. */
export function chooseStage(type: TypeDefinition, wanted: { pipelineId?: string | undefined; stageId?: string | undefined }, standing?: string): { pipelineId?: string; stageId?: string } {
  const first = type.pipelines.find(({ stages }) => stages.some(({ closing }) => closing === undefined)) ?? type.pipelines[0]
  if (!first) {
    isOpenToItems(type)
    return {}
  }
  const pipeline = wanted.pipelineId === undefined ? undefined : type.pipelines.find(({ id }) => id === wanted.pipelineId)
  if (wanted.pipelineId !== undefined && !pipeline) throw invalidField('/pipelineId', `${type.code}.pipeline_unknown`, 'There is no such pipeline.')
  if (wanted.stageId === undefined) {
    const { stages } = pipeline ?? first
    const stage = stages.find(({ closing }) => closing === undefined) ?? stages[0]
    isOpenToItems(type, stage)
    return { pipelineId: (pipeline ?? first).id, ...(stage ? { stageId: stage.id } : {}) }
  }
  const found = findStage(type, wanted.stageId)
  if (!found || (pipeline && pipeline.id !== found.pipeline.id)) throw invalidField('/stageId', `${type.code}.stage_unknown`, 'There is no such stage in this pipeline.')
  if (found.stage.id !== standing) isOpenToItems(type, found.stage)
  return { pipelineId: found.pipeline.id, stageId: found.stage.id }
}

/** Who is made responsible must be able to sign in (DIR-3). */
export function responsibleCanBe(workspace: Workspace, userId: string): void {
  if (!isActive(peopleOf(workspace), userId)) throw invalidField('/responsibleId', 'responsible.unknown', 'There is no such active user.')
}

/** Observers are active users, each once, and never the responsible person too (OBS-4). */
export function chooseObservers(workspace: Workspace, observerIds: readonly string[], responsibleId: string, pointer = '/observerIds'): string[] {
  observerIds.forEach((id, index) => {
    if (!isActive(peopleOf(workspace), id)) throw invalidField(`${pointer}/${index}`, 'observer.unknown', 'There is no such active user.')
  })
  return [...new Set(observerIds)].filter((id) => id !== responsibleId)
}

/** The fields of the type that the caller sent: `null` and empty lists clear. */
export function valuesAfter(type: TypeDefinition, before: Readonly<Record<string, unknown>>, input: ItemInput): Record<string, unknown> {
  const names = [...type.fields.map(({ name }) => name), ...(type.productRows ? ['productRows'] : [])]
  const sent = names.filter((name) => input[name] !== undefined).map((name) => [name, input[name]] as const)
  const both = { ...before, ...Object.fromEntries(sent) }
  const values = Object.fromEntries(Object.entries(both).filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)))
  if (values['amount'] !== undefined && values['currency'] === undefined) values['currency'] = DEFAULT_CURRENCY
  if (values['beginDate'] !== undefined && values['closeDate'] !== undefined && String(values['beginDate']) > String(values['closeDate'])) {
    throw invalidField('/closeDate', `${type.code}.closes_before_it_begins`, 'The close date lies before the begin date.')
  }
  const addresses = [values['phones'], values['emails']].flatMap((list) => (Array.isArray(list) ? list : []))
  if (addresses.length > MOST_ADDRESSES) throw new Problem('invalid', `${type.code}.too_many_addresses`, `An item holds at most ${MOST_ADDRESSES} phones and e-mail addresses.`, [{ pointer: '/emails', detail: `At most ${MOST_ADDRESSES} together with phones.` }])
  return withAmountOfRows(type, values, input)
}

/** The title as given, else made of the person's names or the company's, else "Deal #88" (ITM-2). */
export function titleFor(type: TypeDefinition, id: number, given: string | null | undefined, values: Readonly<Record<string, unknown>>): { title: string; titleGiven: boolean } {
  if (given) return { title: given, titleGiven: true }
  const names = ['firstName', 'middleName', 'lastName'].map((name) => values[name]).filter((name) => typeof name === 'string')
  const made = names.length > 0 ? names.join(' ') : typeof values['companyTitle'] === 'string' ? values['companyTitle'] : `${type.title} #${id}`
  return { title: cutToLength(made, LONGEST_STRING), titleGiven: false }
}

/** Quotes and invoices have a number of their own for the outside. */
export function isDocument(type: TypeDefinition): boolean {
  return type.fields.some(({ name }) => name === 'number')
}

/** Left out, it is the item's. */
export function withDocumentNumber(type: TypeDefinition, id: number, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return isDocument(type) && values['number'] === undefined ? { ...values, number: String(id) } : { ...values }
}

/** Refuses a write that was made on an older version than the one that stands (ITM-6). */
export function notStale(item: Item, ifMatch: number | undefined): void {
  if (ifMatch !== undefined && ifMatch !== item.version) throw new Problem('stale', 'item.stale', `It has version ${item.version} by now. Read it again.`)
}
