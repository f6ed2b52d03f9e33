import { demand } from '../access/index.ts'
import { bindFiles } from '../files/index.ts'
import { loadItem, type ItemRef } from '../items/index.ts'
import { Problem } from '../kernel/problem.ts'
import { ConditionFailed } from '../platform/table.ts'
import { knownType } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { entryId } from './entry-id.ts'
import { entryWrite } from './repository.ts'
import type { CommentInput, TimelineEntry } from './schema.ts'

/** Writes a comment on an item, with files of the caller's if they like; it stands in the timeline at once (ITM-9). Needs `update`. */
export async function addComment(ctx: Ctx, { values: { text, fileIds }, ...ref }: ItemRef & { values: CommentInput }): Promise<TimelineEntry> {
  knownType(ctx.workspace, ref.type)
  const item = await loadItem(ctx, ref)
  demand(ctx, 'update', item)
  const { files, writes } = await bindFiles(ctx, fileIds, { type: item.type, id: item.id })
  const at = ctx.now()
  const entry: TimelineEntry = {
    id: entryId(at, ctx.newId('cmt')),
    at: at.toISOString(),
    kind: 'comment.added',
    actorId: ctx.actor.userId,
    via: ctx.actor.via,
    data: { text, files: files.map(({ id, name, contentType, size }) => ({ id, name, contentType, size })) },
  }
  const { put } = entryWrite({ item: { type: item.type, id: item.id }, entry })
  try {
    await ctx.table.write({ put: { ...put, kind: 'comment', itemVersion: item.version }, if: { absent: true } }, ...writes)
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error
    throw new Problem('conflict', 'file.just_bound', 'One of the files was bound at the same moment. Look at the timeline before you send it again.')
  }
  return entry
}
