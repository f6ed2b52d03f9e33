import { demandFlag } from '../access/index.ts'
import { Problem } from '../kernel/problem.ts'
import { workspaceWith, type Ctx } from '../workspace/index.ts'
import type { TypePorts } from './removal.ts'
import { storeTogether } from './repository.ts'
import { changeOf } from './rules.ts'
import type { TypeDefinition } from './schema.ts'
import type { TypePatch, TypeView } from './type-schema.ts'
import { knownType, type TypeFlags } from './types-of.ts'
import { typeSummary, typeView } from './views.ts'

/** Renames a type or changes what its items have besides fields. Needs `settings`. */
export async function updateType(ctx: Ctx & TypePorts, { type: code, values }: { type: string; values: TypePatch }): Promise<TypeView> {
  demandFlag(ctx, 'settings')
  const type = knownType(ctx.workspace, code)
  const flags = await flagsAfter(ctx, type, values.flags ?? {})
  const change = changeOf(ctx.workspace, type, { ...(values.title === undefined ? {} : { title: values.title }), ...(flags ? { flags } : {}) })
  await storeTogether(ctx, [change])
  return typeView(knownType(workspaceWith(ctx.workspace, [change]), code))
}

/** What may be switched off any time; the others hold data that would be left on the items. */
const HOLDS_NOTHING = new Set(['processes', 'pipelines'])

async function flagsAfter(ctx: Ctx & TypePorts, type: TypeDefinition, given: NonNullable<TypePatch['flags']>): Promise<TypeFlags | undefined> {
  const now = typeSummary(type).flags
  const changed = Object.entries(given).filter(([flag, value]) => value !== undefined && value !== now[flag as keyof typeof now])
  const [first] = changed
  if (!first) return undefined
  const refuse = (flag: string, detail: string): never => {
    throw new Problem('impossible', 'type.flag_fixed', detail, [{ pointer: `/flags/${flag}`, detail }])
  }
  if (type.builtIn) refuse(first[0], 'Types of the product keep their flags.')
  for (const [flag, value] of changed) {
    if (flag === 'stages') refuse(flag, 'Whether its items have stages is decided when a type is made.')
    if (flag === 'pipelines' && value && type.pipelines.length === 0) refuse(flag, 'The type has no stages.')
    if (flag === 'pipelines' && !value && type.pipelines.length > 1) refuse(flag, 'The type has several pipelines.')
    if (!value && !HOLDS_NOTHING.has(flag) && (await ctx.items.lastNumber(ctx.table, type.code)) > 0) refuse(flag, 'It can be switched off only before the first item is made.')
  }
  const { observers, pipelines: severalPipelines, clientLinks, productRows, processes } = { ...now, ...Object.fromEntries(changed) }
  return { observers, severalPipelines, clientLinks, productRows, processes }
}
