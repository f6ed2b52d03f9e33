import { demandFlag } from '../access/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { knownField } from './read-field.ts'
import { storeTogether } from './repository.ts'
import { fieldChange } from './types-of.ts'

/** Takes a field away from everybody. What items hold of it stays, and is there again when a field of the same code and kind is added. Needs `settings`. */
export async function deleteField(ctx: Ctx, { type, field: code }: { type: string; field: string }): Promise<void> {
  demandFlag(ctx, 'settings')
  await storeTogether(ctx, [fieldChange({ ...knownField(ctx, type, code), deletedAt: ctx.now().toISOString() })])
}
