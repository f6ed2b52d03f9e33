import { invalidField } from '../kernel/problem.ts'
import type { Write } from '../platform/table.ts'
import type { Ctx } from '../workspace/index.ts'
import { fileKey, loadFiles, type FileHolder, type StoredFile } from './file.ts'

/** A file that a request names, and where in the request. */
export interface NamedFile {
  readonly id: string
  readonly pointer: string
}

/** Files that may be bound. */
export interface ChosenFiles {
  readonly files: readonly StoredFile[]
  /** The writes that bind them, to be part of the transaction that stores what carries them. They hold only while nobody else has bound one of the files. */
  bindTo(item: FileHolder): Write[]
}

const NO_FILES: ChosenFiles = { files: [], bindTo: () => [] }

/**
 * Judges the files that something about to be stored is to carry. Only their uploader binds them; one that is bound to the same item already stays so (`item` is
 * left out for an item that is only being made). Throws 400 that names the first file that cannot be bound. Reads nothing where none is named.
 */
export async function chooseFiles(ctx: Ctx, named: readonly NamedFile[], item?: FileHolder): Promise<ChosenFiles> {
  if (named.length === 0) return NO_FILES
  const files = await loadFiles(ctx.table, [...new Set(named.map(({ id }) => id))])
  const known = new Map(files.map((file) => [file.id, file]))
  for (const { id, pointer } of named) {
    const file = known.get(id)
    if (!file || !mayCarry(ctx, file, item)) throw invalidField(pointer, 'file.unknown', 'There is no such file, or it is not yours to bind here.')
  }
  const unbound = files.filter(({ boundTo }) => boundTo === undefined)
  return {
    files,
    bindTo: ({ type, id: boundId }) => unbound.map(({ id }): Write => ({ update: fileKey(id), set: { boundType: type, boundId }, if: { equals: { uploaderId: ctx.actor.userId }, without: ['boundType'] } })),
  }
}

/** The same for a list of files of an item that is there, with the writes that bind them to it. */
export async function bindFiles(ctx: Ctx, fileIds: readonly string[], item: FileHolder, pointer = '/fileIds'): Promise<{ files: readonly StoredFile[]; writes: Write[] }> {
  const { files, bindTo } = await chooseFiles(ctx, fileIds.map((id, index) => ({ id, pointer: `${pointer}/${index}` })), item)
  return { files, writes: bindTo(item) }
}

function mayCarry(ctx: Ctx, { boundTo, uploaderId }: StoredFile, item: FileHolder | undefined): boolean {
  if (!boundTo) return uploaderId === ctx.actor.userId
  return item !== undefined && boundTo.type === item.type && boundTo.id === item.id
}
