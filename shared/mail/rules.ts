import { may, rightsOf } from '../access/index.ts'
import { invalidField, Problem } from '../kernel/problem.ts'
import { typesOf } from '../types/index.ts'
import { isActive, peopleOf, type Workspace } from '../workspace/index.ts'
import type { Message } from './message.ts'
import type { MailSettingsInput } from './schema.ts'

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

/** Settings by which mail creates items name somebody who may add them: whoever saves them, unless they name another; nobody is named who is not an active user (SNS-1). */
export function withResponsible(workspace: Workspace, given: MailSettingsInput, savedBy: string): MailSettingsInput {
  const { unmatched = 'keep' } = given
  if (unmatched === 'keep') {
    if (typeof given.responsibleId === 'string' && !isActive(peopleOf(workspace), given.responsibleId)) throw invalidField('/responsibleId', 'mail.responsible_unknown', 'There is no such active user.')
    return given
  }
  const responsibleId = given.responsibleId ?? savedBy
  const type = unmatched === 'createLead' ? 'lead' : 'contact'
  const [pipeline] = typesOf(workspace).get(type)?.pipelines ?? []
  const item = { type, responsibleId, opened: true, pipelineId: pipeline?.id, stageId: pipeline?.stages[0]?.id }
  if (!may(rightsOf(workspace, responsibleId), 'add', item)) throw invalidField('/responsibleId', 'mail.responsible_may_not_add', `There is no such active user, or they may not add a ${type}.`)
  return { ...given, responsibleId }
}
