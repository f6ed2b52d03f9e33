import type { Ctx } from '../workspace/index.ts'
import type { TypeView } from './type-schema.ts'
import { knownType } from './types-of.ts'
import { typeView } from './views.ts'

/** One type with its flags, pipelines and fields. */
export async function readType(ctx: Ctx, { type }: { type: string }): Promise<TypeView> {
  return typeView(knownType(ctx.workspace, type))
}
