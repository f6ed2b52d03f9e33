import { invalidField, Problem } from '../kernel/problem.ts'
import { typesOf } from '../types/index.ts'
import type { Workspace } from '../workspace/index.ts'
import type { TemplateSummary } from './schema.ts'

/** A template is written for items of a type that there is, or for none in particular. Throws 400 at `/type`. */
export function typeIsKnown(workspace: Workspace, type: string | null): void {
  if (type !== null && !typesOf(workspace).has(type)) throw invalidField('/type', 'type.unknown', 'There is no such type.')
}

/** Refuses what was made on an older version than the one that stands (ITM-6). */
export function notStale({ version }: TemplateSummary, ifMatch: number | undefined): void {
  if (ifMatch !== undefined && ifMatch !== version) throw new Problem('stale', 'template.stale', 'Somebody else has changed it. Read it again.')
}
