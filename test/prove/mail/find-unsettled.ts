import type { Table } from '../../../shared/platform/table.ts'
import { loadOutcome } from '../../../shared/mail/deliveries.ts'
import type { MailPorts } from '../../../shared/mail/decide.ts'
import { contentObject, INBOX, MAIL, NOTICES, ORIGINALS, rawObject } from '../../../shared/mail/keys.ts'
import { loadMessages } from '../../../shared/mail/repository.ts'

/** A stored object of which nothing says what became of it. */
export interface Unsettled {
  readonly key: string
  readonly why: 'in_inbox' | 'no_message' | 'no_outcome' | 'no_content' | 'no_original' | 'unknown_object'
}

const MESSAGES_AT_ONCE = 100

/**
 * Goes through every object of the mail bucket and names those without a terminal record: a mail that still lies in the inbox, contents without a message, a
 * delivery without an outcome, a message without its content or its original. With none of these, everything that ever reached the address can be found (SNS-6).
 */
export async function findUnsettled({ table, blobs }: Pick<MailPorts, 'blobs'> & { table: Table }): Promise<{ objects: number; messages: number; unsettled: Unsettled[] }> {
  const unsettled: Unsettled[] = []
  const keysOfMessage = new Map<string, string[]>()
  let objects = 0
  for await (const { key } of blobs.list('')) {
    objects += 1
    const [folder, name = ''] = key.split('/')
    const sesMessageId = key.startsWith(ORIGINALS) ? key.slice(ORIGINALS.length) : `${folder}/` === NOTICES ? name.replace(/\.json$/, '') : undefined
    if (sesMessageId !== undefined) {
      const id = (await loadOutcome(blobs, sesMessageId))?.messageId
      if (id === undefined) unsettled.push({ key, why: 'no_outcome' })
      else keysOfMessage.set(id, [...(keysOfMessage.get(id) ?? []), key])
    } else if (`${folder}/` === MAIL) keysOfMessage.set(name, [...(keysOfMessage.get(name) ?? []), key])
    else unsettled.push({ key, why: `${folder}/` === INBOX ? 'in_inbox' : 'unknown_object' })
  }
  const ids = [...keysOfMessage.keys()]
  for (let at = 0; at < ids.length; at += MESSAGES_AT_ONCE) {
    const messages = await loadMessages(table, ids.slice(at, at + MESSAGES_AT_ONCE))
    for (const id of ids.slice(at, at + MESSAGES_AT_ONCE)) {
      const keys = keysOfMessage.get(id) ?? []
      const message = messages.get(id)
      if (!message) unsettled.push(...(keys.length > 0 ? keys : [id]).map((key): Unsettled => ({ key, why: 'no_message' })))
      else if (!keys.includes(contentObject(id))) unsettled.push({ key: contentObject(id), why: 'no_content' })
      // What was written here and sent has no original of its own.
      else if (message.composed === null && !keys.includes(rawObject(id, message.delivery.sesMessageId))) unsettled.push({ key: rawObject(id, message.delivery.sesMessageId), why: 'no_original' })
    }
  }
  return { objects, messages: ids.length, unsettled }
}
