import type { CustomField } from './field-schema.ts'

/** Kinds of values that the product's own fields can hold. Those of fields that a company adds are in `field-schema.ts`. */
export type FieldKind = 'string' | 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'datetime' | 'amount' | 'currency' | 'percent' | 'phones' | 'emails'

export interface FieldDefinition {
  readonly name: string
  readonly kind: FieldKind
}

/** What a stage means for the work: still going on, won, or lost (ITM-4). */
export const SEMANTICS = ['open', 'success', 'failure'] as const
export type StageSemantic = (typeof SEMANTICS)[number]

export interface Stage {
  readonly id: string
  readonly title: string
  readonly semantic: StageSemantic
  /** Since when nothing may enter it any more, because it is being removed. */
  readonly closing?: string
}

export interface Pipeline {
  readonly id: string
  readonly title: string
  /** In order; the first is where new items begin. */
  readonly stages: readonly Stage[]
}

/** A stage that was removed a moment ago: lists still look into it, in case somebody's item was on its way there (see the README). */
export interface RemovedStage {
  readonly pipelineId: string
  readonly pipelineTitle: string
  readonly stage: Stage
  readonly at: string
}

/** A type of items: what people call it, what it holds, and how it moves (ITM-1). */
export interface TypeDefinition {
  readonly code: string
  readonly title: string
  /** False for smart processes, which the company has defined itself. */
  readonly builtIn: boolean
  /** What a key in mail begins with unless the settings of Send&Save say otherwise (SNS-1). */
  readonly keyPrefix: string
  readonly fields: readonly FieldDefinition[]
  /** Fields that the company has added, by code (ITM-5). */
  readonly customFields: readonly CustomField[]
  /** None for types without stages. */
  readonly pipelines: readonly Pipeline[]
  readonly removedStages: readonly RemovedStage[]
  /** Whether there may be more than one pipeline (ITM-4). */
  readonly severalPipelines: boolean
  /** Whether its items can have observers (OBS-1). */
  readonly observers: boolean
  /** Whether its items hold product rows, which their amount then follows (ITM-3). */
  readonly productRows?: boolean
  /** Whether its items are linked to a company and to contacts (ITM-3). */
  readonly clientLinks?: boolean
  /** Whether processes may run on its items. */
  readonly processes: boolean
  /** It is being deleted: no item may be added any more. */
  readonly closing: boolean
}
