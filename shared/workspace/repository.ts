import { sameValue } from '../kernel/json.ts'
import { Problem } from '../kernel/problem.ts'
import { waitBeforeTry } from '../platform/retry.ts'
import { ConditionFailed, type Table, type Write } from '../platform/table.ts'
import type { Ctx } from './context.ts'
import { entryKey, versionKey, WORKSPACE_PARTITION } from './keys.ts'
import { WorkspaceMoved } from './moved.ts'
import { workspaceOfRows, type EntryChange, type Workspace } from './workspace.ts'

const MOST_ENTRIES = 100_000
const MOST_LOADS = 20

/** The version of the workspace as it stands: one read unit. 0 while the company has not been founded. */
export async function readVersion(table: Table): Promise<number> {
  const row = await table.get(versionKey, { consistent: true })
  return Number(row?.['version'] ?? 0)
}

/** Reads the version, all entries, and the version again, until nothing moved in between. */
export async function loadWorkspace(table: Table): Promise<Workspace> {
  for (let attempt = 0; attempt < MOST_LOADS; attempt += 1) {
    const before = await readVersion(table)
    const { rows } = await table.query({ partition: WORKSPACE_PARTITION, limit: MOST_ENTRIES, consistent: true })
    if (before === (await readVersion(table))) return workspaceOfRows(before, rows)
    await waitBeforeTry(attempt)
  }
  throw tooManyChanges()
}

/**
 * Stores changes of the workspace, all or none, provided that nobody has changed it since the caller's version was read:
 * whatever was judged on that version (cycles, unique addresses, the last administrator) is still true when it is stored (ACC-12).
 * Throws `WorkspaceMoved` otherwise; the request is then repeated on the newer version.
 */
export async function changeWorkspace(ctx: Ctx, changes: readonly EntryChange[], ...further: readonly Write[]): Promise<void> {
  const real = changes.filter(({ kind, id, value }) => !sameValue(ctx.workspace.entry(kind, id), value))
  if (real.length === 0 && further.length === 0) return
  const seen = ctx.workspace.version
  const moveOn: Write =
    seen === 0
      ? { put: { ...versionKey, kind: 'workspaceVersion', version: 1 }, if: { absent: true } }
      : { update: versionKey, set: { version: seen + 1 }, if: { equals: { version: seen } } }
  try {
    await ctx.table.write(moveOn, ...real.map(asWrite), ...further)
  } catch (error) {
    if (error instanceof ConditionFailed && error.failed.includes(0)) throw new WorkspaceMoved()
    throw error
  }
}

/** Whether a write moves the workspace on, and so fails when somebody else has done so. */
export function movesWorkspace(write: Write | undefined): boolean {
  const key = write && ('put' in write ? write.put : 'update' in write ? write.update : undefined)
  return key?.pk === versionKey.pk && key.sk === versionKey.sk
}

/** So many administrators at once that a request never sees the company standing still. */
export function tooManyChanges(): Problem {
  return new Problem('limit', 'workspace.busy', 'The settings of the company are being changed by many at the same time. Try again in a moment.')
}

function asWrite({ kind, id, value }: EntryChange): Write {
  const key = entryKey(kind, id)
  return value ? { put: { ...key, kind: `workspace.${kind.toLowerCase()}`, entry: value } } : { delete: key }
}
