import { invalidField, Problem } from '../kernel/problem.ts'
import type { Message } from './message.ts'

/** Refuses a change that was made on an older version than the one that stands (ITM-6). */
export function notStale({ version }: Message, ifMatch: number | undefined): void {
  if (ifMatch !== undefined && ifMatch !== version) throw new Problem('stale', 'message.stale', `It has version ${version} by now. Read it again.`)
}

/** Keys are set for types that the company has or may get, and no two begin alike (SNS-1). */
export function keysAreClear(keys: Readonly<Record<string, string>>, known: Readonly<Record<string, string>>): void {
  const seen = new Map<string, string>()
  for (const [type, prefix] of Object.entries({ ...known, ...keys })) {
    if (!Object.hasOwn(known, type)) throw invalidField(`/keys/${type}`, 'mail.key_type_unknown', 'There is no such type.')
    const other = seen.get(prefix.toLowerCase())
    if (other !== undefined) throw invalidField(`/keys/${Object.hasOwn(keys, type) ? type : other}`, 'mail.key_taken', `${prefix} is the key of ${Object.hasOwn(keys, type) ? other : type}.`)
    seen.set(prefix.toLowerCase(), type)
  }
}
