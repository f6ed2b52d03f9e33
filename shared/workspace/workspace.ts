import { isRecord } from '../kernel/json.ts'
import type { Row } from '../platform/table.ts'
import type { EntryKind } from './keys.ts'

/**
 * What the company has set up about itself, as of one version: people, structure, roles, types, settings.
 * A workspace never changes; a newer version is another object. What is worked out from it (trees, rights) is kept beside it by `derived`.
 */
export interface Workspace {
  readonly version: number
  /** The entries of a kind as they were stored, without their keys. */
  entries<T>(kind: EntryKind): readonly T[]
  entry<T>(kind: EntryKind, id: string): T | undefined
}

/** An entry to store (or to remove, when `value` is undefined). */
export interface EntryChange {
  readonly kind: EntryKind
  readonly id: string
  readonly value: Record<string, unknown> | undefined
}

type Entries = ReadonlyMap<string, ReadonlyMap<string, Record<string, unknown>>>

/** The workspace of these rows of its partition. The version's own row is no entry and is passed over. */
export function workspaceOfRows(version: number, rows: readonly Row[]): Workspace {
  const entries = new Map<string, Map<string, Record<string, unknown>>>()
  for (const { sk, entry } of rows) {
    const cut = sk.indexOf('#')
    if (cut < 0 || !isRecord(entry)) continue
    const ofKind = entries.get(sk.slice(0, cut)) ?? new Map<string, Record<string, unknown>>()
    entries.set(sk.slice(0, cut), ofKind.set(sk.slice(cut + 1), entry))
  }
  return workspaceOf(version, entries)
}

/** The workspace as it would be after these changes: rules are judged on it before anything is stored. */
export function workspaceWith(workspace: Workspace, changes: readonly EntryChange[]): Workspace {
  const entries = new Map([...entriesOf(workspace)].map(([kind, ofKind]) => [kind, new Map(ofKind)]))
  for (const { kind, id, value } of changes) {
    const ofKind = entries.get(kind) ?? new Map<string, Record<string, unknown>>()
    if (value) ofKind.set(id, value)
    else ofKind.delete(id)
    entries.set(kind, ofKind)
  }
  return workspaceOf(workspace.version + 1, entries)
}

/** Keeps what a function works out from a workspace for as long as the workspace itself is kept. */
export function derived<T>(workOut: (workspace: Workspace) => T): (workspace: Workspace) => T {
  const known = new WeakMap<Workspace, { value: T }>()
  return (workspace) => {
    const found = known.get(workspace) ?? { value: workOut(workspace) }
    known.set(workspace, found)
    return found.value
  }
}

const storedEntries = new WeakMap<Workspace, Entries>()

function entriesOf(workspace: Workspace): Entries {
  return storedEntries.get(workspace) ?? new Map()
}

function workspaceOf(version: number, entries: Entries): Workspace {
  const workspace: Workspace = {
    version,
    entries: <T>(kind: EntryKind) => [...(entries.get(kind)?.values() ?? [])] as T[],
    entry: <T>(kind: EntryKind, id: string) => entries.get(kind)?.get(id) as T | undefined,
  }
  storedEntries.set(workspace, entries)
  return workspace
}
