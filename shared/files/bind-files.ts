import type { ItemRef } from '../items/index.ts'
import { invalidField } from '../kernel/problem.ts'
import type { Write } from '../platform/table.ts'
import type { Ctx } from '../workspace/index.ts'
import { fileKey, loadFiles, type StoredFile } from './file.ts'

/**
 * The writes that bind files to an item, to be part of the transaction that stores what carries them. Only their uploader binds them; a file that is bound
 * to the same item already stays so. Throws 400 that names the first file that cannot be bound, at the given pointer.
 */
export async function bindFiles(ctx: Ctx, fileIds: readonly string[], item: ItemRef, pointer = '/fileIds'): Promise<{ files: StoredFile[]; writes: Write[] }> {
  const files = await loadFiles(ctx.table, [...new Set(fileIds)])
  const known = new Map(files.map((file) => [file.id, file]))
  fileIds.forEach((id, index) => {
    const file = known.get(id)
    if (!file || !mayCarry(ctx, file, item)) throw invalidField(`${pointer}/${index}`, 'file.unknown', 'There is no such file, or it is not yours to bind here.')
  })
  const unbound = files.filter(({ boundTo }) => boundTo === undefined)
  const writes = unbound.map(({ id }): Write => ({ update: fileKey(id), set: { boundType: item.type, boundId: item.id }, if: { equals: { uploaderId: ctx.actor.userId }, without: ['boundType'] } }))
  return { files, writes }
}

function mayCarry(ctx: Ctx, { boundTo, uploaderId }: StoredFile, item: ItemRef): boolean {
  if (!boundTo) return uploaderId === ctx.actor.userId
  return boundTo.type === item.type && boundTo.id === item.id
}
