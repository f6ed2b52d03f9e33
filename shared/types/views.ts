import type { CustomField, FieldView } from './field-schema.ts'
import type { FieldDefinition, Pipeline, Stage, TypeDefinition } from './schema.ts'
import type { PipelineView, StageView, TypeSummary, TypeView } from './type-schema.ts'

/** A type as everybody may see it: definitions are no secret, items are. */
export function typeSummary(type: TypeDefinition): TypeSummary {
  return {
    code: type.code,
    title: type.title,
    builtIn: type.builtIn,
    flags: {
      observers: type.observers,
      stages: type.pipelines.length > 0,
      pipelines: type.severalPipelines,
      clientLinks: type.clientLinks ?? false,
      productRows: type.productRows ?? false,
      processes: type.processes,
    },
    keyPrefix: type.keyPrefix,
    pipelines: type.pipelines.map(pipelineView),
  }
}

/** A type with all its fields. */
export function typeView(type: TypeDefinition): TypeView {
  return { ...typeSummary(type), fields: fieldViews(type) }
}

/** A pipeline as everybody may see it, its stages in their order. */
export function pipelineView({ id, title, stages }: Pipeline): PipelineView {
  return { id, title, stages: stages.map((stage) => ({ id: stage.id, title: stage.title, semantic: stage.semantic })) }
}

/** A stage, with the pipeline that it stands in. */
export function stageView(pipelineId: string, { id, title, semantic }: Stage): StageView {
  return { id, title, semantic, pipelineId }
}

/** The fields that the product knows by itself, then the company's own. */
export function fieldViews(type: TypeDefinition): FieldView[] {
  return [...type.fields.map(ownFieldView), ...type.customFields.map(customFieldView)]
}

/** A field of the company's own. */
export function customFieldView({ code, title, kind, multiple, required, requiredFrom, searchable, options, itemTypes }: CustomField): FieldView {
  return { code, title, kind, custom: true, multiple, required, requiredFrom: [...requiredFrom], searchable, ...(options ? { options: [...options] } : {}), ...(itemTypes ? { itemTypes: [...itemTypes] } : {}) }
}

function ownFieldView({ name, kind }: FieldDefinition): FieldView {
  return { code: name, title: titleOf(name), kind, custom: false, multiple: kind === 'phones' || kind === 'emails', required: false, requiredFrom: [], searchable: kind === 'string' || kind === 'phones' || kind === 'emails' }
}

/** `firstName` becomes "First name". */
function titleOf(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
