import { invalidField, Problem } from '../kernel/problem.ts'
import { nameFromTitle } from './names.ts'
import type { Pipeline, Stage, TypeDefinition } from './schema.ts'
import { MOST_PIPELINES, MOST_STAGES, type PipelineInput, type StageInput } from './type-schema.ts'

/** What a pipeline begins with when nobody says otherwise. */
const USUAL_STAGES: readonly StageInput[] = [
  { id: 'NEW', title: 'New', semantic: 'open' },
  { id: 'IN_PROCESS', title: 'In process', semantic: 'open' },
  { id: 'SUCCESS', title: 'Success', semantic: 'success' },
  { id: 'FAILURE', title: 'Failure', semantic: 'failure' },
]

/** A pipeline with its stages under ids that the type does not have yet. */
export function newPipeline(type: Pick<TypeDefinition, 'pipelines' | 'builtIn'>, input: PipelineInput): Pipeline {
  const taken = new Set(type.pipelines.map(({ id }) => id))
  if (input.id !== undefined && taken.has(input.id)) throw new Problem('conflict', 'pipeline.id_taken', 'The type has a pipeline of this id.', [{ pointer: '/id', detail: 'It is taken.' }])
  const id = input.id ?? nameFromTitle(input.title, taken, 'PIPELINE').toLowerCase()
  if (taken.has(id)) throw new Problem('conflict', 'pipeline.id_taken', 'The type has a pipeline of this id.', [{ pointer: '/id', detail: 'It is taken.' }])
  const pipeline = { id, title: input.title }
  // The usual stages carry the name of a further pipeline, since stage ids are unique per type.
  const usual = taken.size === 0 ? USUAL_STAGES : USUAL_STAGES.map((stage) => ({ ...stage, id: `${id.slice(0, 28).toUpperCase()}_${stage.id ?? ''}` }))
  const stages = (input.stages ?? usual).reduce<readonly Stage[]>((done, stage) => placed(done, newStage({ ...type, pipelines: [...type.pipelines, { ...pipeline, stages: done }] }, stage), stage.position), [])
  stagesMakeSense(type, stages, '/stages')
  return { ...pipeline, stages }
}

/** Refuses what would be too many pipelines or stages. */
export function withinLimits(pipelines: readonly Pipeline[]): void {
  if (pipelines.length > MOST_PIPELINES) throw new Problem('impossible', 'type.too_many_pipelines', `A type has at most ${MOST_PIPELINES} pipelines.`)
  if (pipelines.flatMap(({ stages }) => stages).length > MOST_STAGES) throw new Problem('impossible', 'type.too_many_stages', `A type has at most ${MOST_STAGES} stages.`)
}

/** A stage under an id that the type does not have yet: stage ids are unique per type (ACC-4). */
export function newStage(type: Pick<TypeDefinition, 'pipelines'>, { id, title, semantic }: StageInput): Stage {
  const taken = new Set(type.pipelines.flatMap(({ stages }) => stages.map((stage) => stage.id)))
  if (id !== undefined && taken.has(id)) throw new Problem('conflict', 'stage.id_taken', `The type has a stage ${id} already.`, [{ pointer: '/id', detail: 'It is taken.' }])
  return { id: id ?? nameFromTitle(title, taken, 'STAGE'), title, semantic }
}

/** The stages with this one at its place; without a position an open one stands after the other open ones, a final one at the end. */
export function placed(stages: readonly Stage[], stage: Stage, position?: number): Stage[] {
  const others = stages.filter(({ id }) => id !== stage.id)
  const final = others.findIndex(({ semantic }) => semantic !== 'open')
  const usual = stage.semantic === 'open' && final >= 0 ? final : others.length
  return others.toSpliced(Math.min(position ?? usual, others.length), 0, stage)
}

/**
 * A pipeline begins with an open stage, since new items begin there; final stages stand at the end, one of them at most means success.
 * Pipelines of the product's own types keep a success and a failure stage: conversion and closing need them (ITM-4, ITM-8).
 */
export function stagesMakeSense(type: Pick<TypeDefinition, 'builtIn'>, stages: readonly Stage[], pointer: string): void {
  const refuse = (code: string, detail: string): never => {
    throw new Problem('impossible', `type.${code}`, detail, [{ pointer, detail }])
  }
  const final = stages.findIndex(({ semantic }) => semantic !== 'open')
  const counted = (semantic: Stage['semantic']): number => stages.filter((stage) => stage.semantic === semantic).length
  if (stages[0]?.semantic !== 'open') refuse('no_first_stage', 'A pipeline begins with an open stage.')
  if (final >= 0 && stages.slice(final).some(({ semantic }) => semantic === 'open')) refuse('stage_order', 'Open stages stand before the final ones.')
  if (counted('success') > 1) refuse('two_successes', 'A pipeline has one success stage at most.')
  if (type.builtIn && (counted('success') === 0 || counted('failure') === 0)) refuse('no_final_stage', 'A pipeline of this type keeps a success stage and a failure stage.')
}

/** The stages in the order given, which must name each of them once. */
export function inOrder(stages: readonly Stage[], stageIds: readonly string[]): Stage[] {
  const ordered = stageIds.flatMap((id) => stages.find((stage) => stage.id === id) ?? [])
  if (ordered.length !== stages.length || new Set(stageIds).size !== stages.length || stageIds.length !== stages.length) {
    throw invalidField('/stageIds', 'pipeline.stages_incomplete', `Name each stage of the pipeline once: ${stages.map(({ id }) => id).join(', ')}.`)
  }
  return ordered
}
