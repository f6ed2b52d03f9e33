import { demandFlag } from '../access/index.ts'
import { invalidField, Problem } from '../kernel/problem.ts'
import { workspaceWith, type Ctx, type EntryChange } from '../workspace/index.ts'
import { newField, roomForFields } from './field-rules.ts'
import { freeKeyPrefix } from './key-prefix.ts'
import type { TypePorts } from './removal.ts'
import { rolesWithNewType } from './role-rows.ts'
import { storeTogether } from './repository.ts'
import type { Pipeline } from './schema.ts'
import { newPipeline, withinLimits } from './stage-rules.ts'
import { MOST_SMART_PROCESSES, type TypeInput, type TypeView } from './type-schema.ts'
import { fieldChange, formChange, knownType, storedFields, storedType, typeChange, typesOf, type StoredField } from './types-of.ts'
import { typeView } from './views.ts'

/** Defines a smart process (ITM-1). It works from the next request on: items, rights, lists, mail keys. Needs `settings`. */
export async function createType(ctx: Ctx & TypePorts, { values }: { values: TypeInput }): Promise<TypeView> {
  demandFlag(ctx, 'settings')
  await codeIsFree(ctx, values.code)
  const existing = [...typesOf(ctx.workspace).values()]
  if (existing.filter(({ builtIn }) => !builtIn).length >= MOST_SMART_PROCESSES) throw new Problem('impossible', 'type.too_many', `A company has at most ${MOST_SMART_PROCESSES} smart processes.`)
  const pipelines = pipelinesOf(values)
  const fields = fieldsOf(values, pipelines, ctx.now().toISOString())
  const { observers = true, clientLinks = false, productRows = false, processes = true, pipelines: severalPipelines = pipelines.length > 1 } = values.flags
  const changes = [
    ...leftovers(ctx, values.code, fields),
    typeChange({ part: 'type', code: values.code, title: values.title, keyPrefix: freeKeyPrefix(ctx.workspace, values.code, values.keyPrefix), flags: { observers, severalPipelines, clientLinks, productRows, processes }, pipelines }, values.code),
    ...fields.map(fieldChange),
    ...rolesWithNewType(ctx.workspace, values.code, existing.map(({ code }) => code), values.roles),
  ]
  await storeTogether(ctx, changes)
  return typeView(knownType(workspaceWith(ctx.workspace, changes), values.code))
}

/** A code stands in paths, keys and timelines for good: that of a deleted type is free again only if it never had an item. */
async function codeIsFree(ctx: Ctx & TypePorts, code: string): Promise<void> {
  const taken = typesOf(ctx.workspace).has(code) || (storedType(ctx.workspace, code) !== undefined && (await ctx.items.lastNumber(ctx.table, code)) > 0)
  if (taken) throw new Problem('conflict', 'type.code_taken', `The code ${code} is taken.`, [{ pointer: '/code', detail: 'It is taken.' }])
}

function pipelinesOf({ flags, stages, pipelines }: TypeInput): Pipeline[] {
  if (flags.stages === false) {
    if (stages || pipelines || flags.pipelines === true) throw invalidField(stages ? '/stages' : pipelines ? '/pipelines' : '/flags/pipelines', 'type.without_stages', 'The type is to have no stages.')
    return []
  }
  if (stages && pipelines) throw invalidField('/stages', 'type.stages_twice', 'Give the stages within their pipelines.')
  if (pipelines && pipelines.length > 1 && flags.pipelines === false) throw invalidField('/pipelines', 'type.one_pipeline', 'The type is to have one pipeline.')
  const wanted = pipelines ?? [{ id: 'default', title: 'Default', ...(stages ? { stages } : {}) }]
  const made = wanted.reduce<readonly Pipeline[]>((done, pipeline) => [...done, newPipeline({ pipelines: done, builtIn: false }, pipeline)], [])
  withinLimits(made)
  return [...made]
}

function fieldsOf({ code, fields }: TypeInput, pipelines: readonly Pipeline[], at: string): StoredField[] {
  roomForFields([], fields.length)
  return fields.map((field, index) => {
    if (fields.slice(0, index).some((other) => other.code === field.code)) throw invalidField(`/fields/${index}/code`, 'field.code_taken', 'Two fields have this code.')
    return newField({ code, pipelines }, field, at, `/fields/${index}`)
  })
}

/** What a deleted type of the same code, which never had an item, has left behind. */
function leftovers(ctx: Ctx, code: string, fields: readonly StoredField[]): EntryChange[] {
  const old = storedFields(ctx.workspace, code).filter((field) => !fields.some((one) => one.code === field.code))
  return [...old.map((field) => ({ ...fieldChange(field), value: undefined })), formChange(code, undefined)]
}
