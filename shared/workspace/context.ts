import type { Table } from '../platform/table.ts'
import type { Workspace } from './workspace.ts'

/** On whose behalf something happens, and by which way it came. */
export interface Actor {
  /** The user whose rights count. */
  readonly userId: string
  readonly via: 'user' | 'mail' | 'process'
  /** The event or message that caused it, when a reaction acts; keeps effects from happening twice. */
  readonly causeId?: string
}

/** What every use case is given: who acts, in which company, at what time, on which table. */
export interface Ctx {
  readonly actor: Actor
  readonly workspace: Workspace
  /** Writes wait until the workspace is confirmed to be the newest: nothing is ever stored on outdated rights. */
  readonly table: Table
  now(): Date
  newId(prefix: string): string
}
