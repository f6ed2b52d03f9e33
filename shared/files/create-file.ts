import { safeContentType, safeFileName } from '../kernel/safe-file.ts'
import type { Ctx } from '../workspace/index.ts'
import { fileKey, fileObject } from './file.ts'
import type { FilePorts } from './ports.ts'
import type { FileInput } from './schema.ts'

const UPLOAD_SECONDS = 600

/** Announces a file and tells where to put its bytes: an address for ten minutes that takes exactly the announced number of them. It is the uploader's alone until it is bound. */
export async function createFile(ctx: Ctx & Pick<FilePorts, 'blobs'>, { values }: { values: FileInput }): Promise<Record<string, unknown>> {
  const id = ctx.newId('fil')
  const contentType = safeContentType(values.contentType)
  const file = { id, name: safeFileName(values.name, 1, contentType), contentType, size: values.size }
  const now = ctx.now()
  await ctx.table.write({ put: { ...fileKey(id), kind: 'file', ...file, uploaderId: ctx.actor.userId, createdAt: now.toISOString() }, if: { absent: true } })
  const { url, headers } = await ctx.blobs.uploadAddress(fileObject(id), { contentType, size: values.size, seconds: UPLOAD_SECONDS })
  return { ...file, upload: { method: 'PUT', url, headers, expiresAt: new Date(now.getTime() + UPLOAD_SECONDS * 1000).toISOString() } }
}
