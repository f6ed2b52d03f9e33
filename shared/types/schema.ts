/** Kinds of values a field can hold. */
export type FieldKind = 'string' | 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'datetime' | 'amount' | 'currency' | 'percent' | 'phones' | 'emails'

export interface FieldDefinition {
  readonly name: string
  readonly kind: FieldKind
}

/** What a stage means for the work: still going on, won, or lost (ITM-4). */
export type StageSemantic = 'open' | 'success' | 'failure'

export interface Stage {
  readonly id: string
  readonly title: string
  readonly semantic: StageSemantic
}

export interface Pipeline {
  readonly id: string
  readonly title: string
  /** In order; the first is where new items begin. */
  readonly stages: readonly Stage[]
}

/** A type of items: what people call it, what it holds, and how it moves (ITM-1). */
export interface TypeDefinition {
  readonly code: string
  readonly title: string
  readonly fields: readonly FieldDefinition[]
  /** None for types without stages. */
  readonly pipelines: readonly Pipeline[]
  /** Whether its items can have observers (OBS-1). */
  readonly observers: boolean
}
