import * as z from 'zod'
import { TypeRows } from '../access/index.ts'
import { PageQuery } from '../kernel/page.ts'
import { FieldInput, FieldView } from './field-schema.ts'
import { PlainName, Title, TypeCode } from './names.ts'
import { SEMANTICS } from './schema.ts'

export const MOST_SMART_PROCESSES = 100
export const MOST_PIPELINES = 20
/** Of one type, over all pipelines: a list of everything reads each of them. */
export const MOST_STAGES = 100
const MOST_FIELDS_AT_ONCE = 50
const MOST_ROLES_NAMED = 30
const MOST_POSITION = 200

const position = z.int().min(0).max(MOST_POSITION)
const semantic = z.enum(SEMANTICS)

/** `position` counts from 0; left out, an open stage stands after the other open ones, a final one at the end. The id is made of the title where none is given. */
export const StageInput = z.strictObject({ id: PlainName.optional(), title: Title, semantic: semantic.default('open'), position: position.optional() })
export type StageInput = z.infer<typeof StageInput>

export const StageOfPipelineInput = StageInput.extend({ pipelineId: PlainName.optional() })
export type StageOfPipelineInput = z.infer<typeof StageOfPipelineInput>

export const StagePatch = z.strictObject({ title: Title, semantic, position }).partial()
export type StagePatch = z.infer<typeof StagePatch>

const stages = z.array(StageInput).min(1).max(MOST_STAGES)

export const PipelineInput = z.strictObject({ id: PlainName.optional(), title: Title, stages: stages.optional(), position: position.optional() })
export type PipelineInput = z.infer<typeof PipelineInput>

/** `stageIds` puts all stages of the pipeline into this order. */
export const PipelinePatch = z.strictObject({ title: Title, position, stageIds: z.array(PlainName).min(1).max(MOST_STAGES) }).partial()
export type PipelinePatch = z.infer<typeof PipelinePatch>

const flags = {
  observers: z.boolean(),
  stages: z.boolean(),
  /** Several pipelines instead of one. */
  pipelines: z.boolean(),
  /** Links to a company and to contacts. */
  clientLinks: z.boolean(),
  productRows: z.boolean(),
  processes: z.boolean(),
}

/** What a key in mail begins with: a word and a sign, such as `EQ#`. */
const KeyPrefix = z
  .string()
  .trim()
  .regex(/^[\p{L}][\p{L}\p{N}#:._/-]{0,18}[\p{L}#:._/-]$/u, 'A prefix such as "EQ#": 2 to 20 letters, digits and # : . _ / -, a letter first and no digit last.')

export const TypeInput = z.strictObject({
  code: TypeCode,
  title: Title,
  flags: z.strictObject(flags).partial().default({}),
  keyPrefix: KeyPrefix.optional(),
  /** Stages of the one pipeline; `pipelines` instead where there are to be several. */
  stages: stages.optional(),
  pipelines: z.array(PipelineInput).min(1).max(MOST_PIPELINES).optional(),
  fields: z.array(FieldInput).max(MOST_FIELDS_AT_ONCE).default([]),
  /** What roles may do with its items, by the id of the role. Roles that may do everything with every type may so here too; for all others it is `none`. */
  roles: z.record(z.string().min(1).max(64), TypeRows).refine((rows) => Object.keys(rows).length <= MOST_ROLES_NAMED, `At most ${MOST_ROLES_NAMED} roles.`).default({}),
})
export type TypeInput = z.infer<typeof TypeInput>

export const TypePatch = z.strictObject({ title: Title, flags: z.strictObject(flags).partial() }).partial()
export type TypePatch = z.infer<typeof TypePatch>

export const StageView = z.object({ id: z.string(), title: z.string(), semantic, pipelineId: z.string() })
export type StageView = z.infer<typeof StageView>

export const PipelineView = z.object({ id: z.string(), title: z.string(), stages: z.array(StageView.omit({ pipelineId: true })) })
export type PipelineView = z.infer<typeof PipelineView>

export const TypeSummary = z.object({ code: z.string(), title: z.string(), builtIn: z.boolean(), flags: z.object(flags), keyPrefix: z.string(), pipelines: z.array(PipelineView) })
export type TypeSummary = z.infer<typeof TypeSummary>

export const TypeView = TypeSummary.extend({ fields: z.array(FieldView) })
export type TypeView = z.infer<typeof TypeView>

/** Parts of a path that cannot name anything answer 404, so they are not narrower than this. */
const name = z.string().min(1).max(64)
export const OfType = z.object({ type: name })
export const StageParam = OfType.extend({ stageId: name })
export const PipelineParam = OfType.extend({ pipelineId: name })
export const FieldParam = OfType.extend({ field: name })

export const StagesQuery = PageQuery.extend({ pipelineId: name.optional() })
