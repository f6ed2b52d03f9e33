import { notFound } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { fileObject, loadFiles } from './file.ts'
import type { FilePorts } from './ports.ts'

const DOWNLOAD_SECONDS = 60

/** Where a file can be fetched, for 60 seconds. For its uploader until it is bound, then for the readers of its item (ACC-8); 404 for everybody else, and while nothing has been uploaded. */
export async function downloadFile(ctx: Ctx & FilePorts, { id }: { id: string }): Promise<{ location: string }> {
  const [file] = await loadFiles(ctx.table, [id])
  const allowed = file && (file.boundTo ? (await ctx.readable(ctx, [file.boundTo])).length > 0 : file.uploaderId === ctx.actor.userId)
  if (!file || !allowed || !(await ctx.blobs.exists(fileObject(id)))) throw notFound('file')
  return { location: await ctx.blobs.downloadAddress(fileObject(id), { name: file.name, contentType: file.contentType, seconds: DOWNLOAD_SECONDS }) }
}
