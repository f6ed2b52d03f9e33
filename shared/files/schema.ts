import * as z from 'zod'

const MOST_FILE_BYTES = 100_000_000
export const MOST_FILES_AT_ONCE = 20

export const FileInput = z.strictObject({
  name: z.string().trim().min(1).max(255),
  contentType: z.string().max(200).default('application/octet-stream'),
  /** In bytes; exactly so many must be uploaded. */
  size: z.int().min(1).max(MOST_FILE_BYTES),
})
export type FileInput = z.output<typeof FileInput>

export const FileId = z.string().regex(/^fil_[0-9a-z]{1,60}$/, 'Not the id of a file.')
export const FileParam = z.object({ id: FileId })

const FileView = z.object({ id: FileId, name: z.string(), contentType: z.string(), size: z.number() })
export const UploadView = FileView.extend({ upload: z.object({ method: z.literal('PUT'), url: z.string(), headers: z.record(z.string(), z.string()), expiresAt: z.string() }) })
