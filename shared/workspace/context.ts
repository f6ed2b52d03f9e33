import type { Table } from '../platform/table.ts'
import type { Workspace } from './workspace.ts'

/** On whose behalf something happens, and by which way it came. */
export interface Actor {
  /** The user whose rights count. */
  readonly userId: string
  readonly via: 'user' | 'mail' | 'process'
  /** The event or message that caused it, when a reaction acts; keeps effects from happening twice. */
  readonly causeId?: string
  /** Seconds since 1970 at which the token ends that the user came with. */
  readonly tokenUntil?: number
}

/** A port of use cases that tell others what they did. */
export interface Afterwards {
  /** Does something once everything is stored, on rights that were confirmed; not at all when the request fails. Its failure fails nothing. */
  afterwards(work: (table: Table) => Promise<void>): void
}

/** A port of use cases that do many things in one request, each by itself. */
export interface Repeated {
  /** The body that the same request was answered with the first time (API-3). It is then only judged anew, on a table that takes no write: each part that was done, whether it still might be. */
  readonly earlierBody?: string
}

/** What every use case is given: who acts, in which company, at what time, on which table. */
export interface Ctx {
  readonly actor: Actor
  readonly workspace: Workspace
  /** Writes wait until the workspace is confirmed to be the newest: nothing but the next number of a counter is ever stored on outdated rights. */
  readonly table: Table
  now(): Date
  newId(prefix: string): string
}
