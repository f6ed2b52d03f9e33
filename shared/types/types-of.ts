import { notFound } from '../kernel/problem.ts'
import { derived, type EntryChange, type Workspace } from '../workspace/index.ts'
import { builtInTypes } from './built-in.ts'
import type { CustomField } from './field-schema.ts'
import type { FormSection } from './form-schema.ts'
import type { Pipeline, RemovedStage, Stage, TypeDefinition } from './schema.ts'

/**
 * What is stored of a type: for the product's own types what the company has changed, for a smart process everything.
 * Each field and the common form are entries of their own, since 200 fields with 100 options each do not fit into one.
 */
export interface StoredType {
  readonly part: 'type'
  readonly code: string
  readonly title?: string | undefined
  readonly keyPrefix?: string | undefined
  readonly flags?: TypeFlags | undefined
  readonly pipelines?: readonly Pipeline[] | undefined
  readonly removedStages?: readonly RemovedStage[] | undefined
  /** Since when no item may be added, because the type is being deleted. */
  readonly closing?: string | undefined
  /** It is gone for everybody. The entry stays while items of it may lie in the recycle bin, and keeps its code from being taken. */
  readonly deletedAt?: string | undefined
  /** Nothing of it is left that could still turn up outside the recycle bin. */
  readonly settled?: boolean | undefined
}

/** What items of a smart process have besides fields and stages (ITM-1). */
export interface TypeFlags {
  readonly observers: boolean
  readonly severalPipelines: boolean
  readonly clientLinks: boolean
  readonly productRows: boolean
  readonly processes: boolean
}

export interface StoredField extends CustomField {
  readonly part: 'field'
  readonly type: string
  readonly createdAt: string
  /** Hidden from everybody; what items hold of it stays. */
  readonly deletedAt?: string
}

export interface StoredForm {
  readonly part: 'form'
  readonly type: string
  readonly sections: readonly FormSection[]
}

type Stored = StoredType | StoredField | StoredForm

/** Stores what the company says of a type; undefined takes the entry away. */
export function typeChange(type: StoredType | undefined, code: string): EntryChange {
  return { kind: 'TYPE', id: code, value: type && { ...type } }
}

/** Stores a field of a type, by an entry of its own. */
export function fieldChange(field: StoredField): EntryChange {
  return { kind: 'TYPE', id: `${field.type}/fields/${field.code}`, value: { ...field } }
}

/** Stores the form that everybody sees who has none of their own; undefined takes it away. */
export function formChange(type: string, sections: readonly FormSection[] | undefined): EntryChange {
  return { kind: 'TYPE', id: `${type}/form`, value: sections && { part: 'form', type, sections } }
}

const storedByType = derived((workspace: Workspace) => {
  const stored = workspace.entries<Stored>('TYPE')
  return {
    types: new Map(stored.flatMap((one) => (one.part === 'type' ? [[one.code, one] as const] : []))),
    fields: Map.groupBy(stored.flatMap((one) => (one.part === 'field' ? [one] : [])).toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)), ({ type }) => type),
    forms: new Map(stored.flatMap((one) => (one.part === 'form' ? [[one.type, one.sections] as const] : []))),
  }
})

function placeOf({ createdAt, code }: StoredField): string {
  return `${createdAt} ${code}`
}

/** What the company has stored of a type, also of a deleted one; of a built-in type only where it changed something. */
export function storedType(workspace: Workspace, code: string): StoredType | undefined {
  return storedByType(workspace).types.get(code)
}

/** All types that the company has stored anything of, the deleted ones too. */
export function storedTypes(workspace: Workspace): readonly StoredType[] {
  return [...storedByType(workspace).types.values()]
}

/** Fields of a type in the order in which they were added, the deleted ones too. */
export function storedFields(workspace: Workspace, code: string): readonly StoredField[] {
  return storedByType(workspace).fields.get(code) ?? []
}

/** The form of a type for everybody who has none of their own; undefined while nobody has made one. */
export function commonForm(workspace: Workspace, code: string): readonly FormSection[] | undefined {
  return storedByType(workspace).forms.get(code)
}

/** All types of the company by code: the product's own with what the company has changed, then its smart processes (ITM-1). */
export const typesOf = derived((workspace: Workspace): ReadonlyMap<string, TypeDefinition> => {
  const { types } = storedByType(workspace)
  const own = [...types.values()].filter(({ code, deletedAt }) => deletedAt === undefined && !builtInTypes.some((type) => type.code === code))
  return new Map([
    ...builtInTypes.map((type) => [type.code, withChanges(workspace, type, types.get(type.code))] as const),
    ...own.toSorted((a, b) => (a.code < b.code ? -1 : 1)).map((type) => [type.code, withChanges(workspace, smartProcess(type), type)] as const),
  ])
})

function withChanges(workspace: Workspace, type: TypeDefinition, stored: StoredType | undefined): TypeDefinition {
  const customFields = storedFields(workspace, type.code).filter(({ deletedAt }) => deletedAt === undefined)
  if (!stored && customFields.length === 0) return type
  return {
    ...type,
    customFields,
    title: stored?.title ?? type.title,
    pipelines: stored?.pipelines ?? type.pipelines,
    removedStages: stored?.removedStages ?? [],
  }
}

function smartProcess({ code, title, keyPrefix, flags, pipelines, closing }: StoredType): TypeDefinition {
  return {
    code,
    title: title ?? code,
    builtIn: false,
    keyPrefix: keyPrefix ?? `${code.toUpperCase()}#`,
    fields: flags?.productRows ? [{ name: 'amount', kind: 'amount' }, { name: 'currency', kind: 'currency' }] : [],
    customFields: [],
    pipelines: pipelines ?? [],
    removedStages: [],
    severalPipelines: flags?.severalPipelines ?? false,
    observers: flags?.observers ?? true,
    clientLinks: flags?.clientLinks ?? false,
    productRows: flags?.productRows ?? false,
    processes: flags?.processes ?? true,
    closing: closing !== undefined,
  }
}

/** Throws 404 for a type that the company does not have. */
export function knownType(workspace: Workspace, code: string): TypeDefinition {
  const type = typesOf(workspace).get(code)
  if (!type) throw notFound('type')
  return type
}

/** The stage of a type, in whichever pipeline it stands: stage ids are unique per type (ACC-4). */
export function findStage(type: TypeDefinition, stageId: string): { pipeline: Pipeline; stage: Stage } | undefined {
  for (const pipeline of type.pipelines) {
    const stage = pipeline.stages.find((one) => one.id === stageId)
    if (stage) return { pipeline, stage }
  }
  return undefined
}
