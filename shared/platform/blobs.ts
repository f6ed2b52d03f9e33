/**
 * Stored objects, as the product sees them: mails, attachments, files. Domains speak to this interface; `s3.ts` is the only
 * place that knows S3.
 */

export interface OpenBlob {
  /** In bytes. */
  readonly size: number
  readonly modifiedAt: Date
  /** The content, once; it need not be held in memory whole. */
  chunks(): AsyncIterable<Uint8Array>
  /** Gives the content up unread. */
  close(): void
}

/** What is said of an object beside its content: short texts of ASCII, by names of lower-case letters. */
export type Labels = Readonly<Record<string, string>>

export interface ListedBlob {
  readonly key: string
  readonly size: number
  readonly modifiedAt: Date
}

export interface Blobs {
  /** The bucket's name, as others say it in their notices. */
  readonly bucket: string
  put(key: string, content: Uint8Array | string, contentType: string): Promise<void>
  /** False where there is such an object already: that one stays as it is. */
  putNew(key: string, content: Uint8Array | string, contentType: string): Promise<boolean>
  /** Undefined when there is no such object. Read it or close it. */
  open(key: string): Promise<OpenBlob | undefined>
  /** False when there is nothing to copy. With labels the copy bears these and is of this type, else those of what was copied. */
  copy(from: string, to: string, as?: { readonly contentType: string; readonly labels: Labels }): Promise<boolean>
  /** What an object is labelled with; undefined when there is no such object. */
  labels(key: string): Promise<Labels | undefined>
  exists(key: string): Promise<boolean>
  /** Removing what is not there is no error. */
  remove(key: string): Promise<void>
  /** Every object whose key begins so, in the order of keys. */
  list(prefix: string): AsyncIterable<ListedBlob>
  /** An address from which anybody can download the object for some seconds, saved under the given name and never shown in place. */
  downloadAddress(key: string, file: { readonly name: string; readonly contentType: string; readonly seconds: number }): Promise<string>
  /** An address to which anybody can upload exactly so many bytes for some seconds, by a PUT with these headers. */
  uploadAddress(key: string, file: { readonly contentType: string; readonly size: number; readonly seconds: number }): Promise<{ url: string; headers: Record<string, string> }>
}

/** Reads all of an object. Throws `BlobTooLarge` when it has more bytes than allowed; then no more than that was held. */
export async function bytesOf(blob: OpenBlob, mostBytes: number): Promise<Buffer> {
  if (blob.size > mostBytes) {
    blob.close()
    throw new BlobTooLarge(blob.size, mostBytes)
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of blob.chunks()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** An object has more bytes than its reader takes: something other than what we store ourselves. */
class BlobTooLarge extends Error {
  constructor(size: number, mostBytes: number) {
    super(`It has ${size} bytes, more than ${mostBytes}.`)
    this.name = 'BlobTooLarge'
  }
}
