import type { Ctx } from '../workspace/index.ts'
import { fileKey, fileObject, loadFiles, type FileHolder } from './file.ts'
import type { FilePorts } from './ports.ts'

/**
 * Removes those of the files that are bound to an item which goes for good, bytes first: what is broken off is found again by the next try. Other people's files
 * that a text of the item happens to name stay.
 */
export async function removeFiles(ctx: Ctx & Pick<FilePorts, 'blobs'>, holder: FileHolder, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const bound = (await loadFiles(ctx.table, ids)).filter(({ boundTo }) => boundTo?.type === holder.type && boundTo.id === holder.id)
  await Promise.all(
    bound.map(async ({ id }) => {
      await ctx.blobs.remove(fileObject(id))
      await ctx.table.write({ delete: fileKey(id) })
    }),
  )
}

/** Whatever reads like the id of a file in a row, wherever it stands. */
export function filesNamedIn(row: unknown): string[] {
  return [...new Set(JSON.stringify(row).match(/fil_[0-9a-z]{1,60}/g) ?? [])]
}
