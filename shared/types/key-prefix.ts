import { Problem } from '../kernel/problem.ts'
import type { Workspace } from '../workspace/index.ts'
import { typesOf } from './types-of.ts'

const LONGEST = 20

/** The key prefix of a new type: the one given, else its code in capitals, with a number where that is taken. Prefixes are unique (SNS-1). */
export function freeKeyPrefix(workspace: Workspace, code: string, given: string | undefined): string {
  const taken = takenPrefixes(workspace)
  if (given !== undefined) {
    if (taken.has(given.toLowerCase())) throw new Problem('conflict', 'type.key_taken', `${given} is the key of another type.`, [{ pointer: '/keyPrefix', detail: 'It is taken.' }])
    return given
  }
  for (let count = 1; ; count += 1) {
    const end = count === 1 ? '#' : `_${count}#`
    const prefix = code.toUpperCase().slice(0, LONGEST - end.length) + end
    if (!taken.has(prefix.toLowerCase())) return prefix
  }
}

/** What the types have by themselves, and what the settings of Send&Save put in place of that. */
function takenPrefixes(workspace: Workspace): ReadonlySet<string> {
  const settings = workspace.entry<{ keys?: Readonly<Record<string, string>> }>('SETTINGS', 'mail')
  return new Set([...[...typesOf(workspace).values()].map(({ keyPrefix }) => keyPrefix), ...Object.values(settings?.keys ?? {})].map((prefix) => prefix.toLowerCase()))
}
