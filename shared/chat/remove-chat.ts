import { filesNamedIn, removeFiles, type FileHolder, type FilePorts } from '../files/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { chatPartition } from './keys.ts'

const ROWS_OF_A_READ = 200

/** Lets go for good of the chat of an item that is purged, with its messages and their files. May be broken off and begun again anywhere. */
export async function removeChat(ctx: Ctx & Pick<FilePorts, 'blobs'>, item: FileHolder, chatId: string): Promise<void> {
  for (let ended = false; !ended; ) {
    const page = await ctx.table.query({ partition: chatPartition(chatId), limit: ROWS_OF_A_READ, consistent: true })
    await removeFiles(ctx, item, page.rows.flatMap(filesNamedIn))
    await Promise.all(page.rows.map(({ pk, sk }) => ctx.table.write({ delete: { pk, sk } })))
    ended = page.ended
  }
}
