import { addressParser, decodeWords, type Header } from 'postal-mime'
import { LONGEST_EMAIL } from '../kernel/email.ts'
import { cleanLine } from '../kernel/clean-text.ts'
import type { Letter, Person } from './letter.ts'
import { LONGEST_PERSON_NAME, LONGEST_SUBJECT, MOST_RECIPIENTS, MOST_REFERENCES, MOST_SENDERS } from './limits.ts'
import { threadIdOf } from './thread-id.ts'
import { withoutUtf7Words } from './utf-7.ts'

/** More of one header is not looked at. */
const MOST_HEADER_CHARACTERS = 512 * 1024
const MOST_REFERENCES_CHARACTERS = 64 * 1024
/** A mail that went through so many servers runs in a circle. */
const MOST_HOPS = 60

type FromHeaders = Pick<Letter, 'from' | 'to' | 'cc' | 'omittedRecipients' | 'subject' | 'date' | 'messageId' | 'references' | 'automatic'>

/** What the headers say: people, subject, date, thread, and whether a machine wrote it. */
export function readHeaders(written: readonly Header[]): FromHeaders {
  const headers = written.map((header) => ({ ...header, value: withoutUtf7Words(header.value) }))
  const first = (name: string): string => headers.find(({ key }) => key === name)?.value.slice(0, MOST_HEADER_CHARACTERS) ?? ''
  const people = (name: string): Person[] => headers.filter(({ key }) => key === name).flatMap(({ value }) => peopleIn(value))
  const to = people('to')
  const cc = people('cc')
  const kept = { to: to.slice(0, MOST_RECIPIENTS), cc: cc.slice(0, Math.max(0, MOST_RECIPIENTS - to.length)) }
  const messageId = idsIn(first('message-id'))[0] ?? null
  return {
    from: people('from').slice(0, MOST_SENDERS),
    ...kept,
    omittedRecipients: to.length + cc.length - kept.to.length - kept.cc.length,
    subject: cleanLine(decodeWords(first('subject')), LONGEST_SUBJECT),
    date: isoDate(first('date')),
    messageId,
    references: referencesOf(first('in-reply-to'), first('references')).filter((id) => id !== messageId),
    automatic: isAutomatic(headers, first),
  }
}

function peopleIn(list: string): Person[] {
  return addressParser(list.slice(0, MOST_HEADER_CHARACTERS), { flatten: true })
    .map(({ name, address }) => ({ name: cleanLine(name, LONGEST_PERSON_NAME), address: cleanLine(address ?? '', LONGEST_EMAIL) }))
    .filter(({ name, address }) => name !== '' || address !== '')
}

/** The mail it answers comes first, then the thread from its newest mail to its oldest. */
function referencesOf(inReplyTo: string, references: string): string[] {
  return [...new Set([...idsIn(inReplyTo.slice(0, MOST_REFERENCES_CHARACTERS)), ...idsIn(references.slice(-MOST_REFERENCES_CHARACTERS)).toReversed()])].slice(0, MOST_REFERENCES)
}

/** Message-IDs in brackets; where a program left the brackets out, words that look like them. */
function idsIn(header: string): string[] {
  const bracketed = [...header.matchAll(/<([^<>\s]{1,998})>/g)].map(([, id]) => id ?? '')
  const plain = bracketed.length > 0 ? bracketed : header.split(/[\s,;<>]+/).filter((word) => word.includes('@'))
  return plain.map((id) => threadIdOf(cleanLine(id, 998))).filter((id) => id !== '')
}

function isoDate(header: string): string | null {
  const at = new Date(header.slice(0, 200))
  const year = at.getUTCFullYear()
  return year >= 1970 && year <= 2999 ? at.toISOString() : null
}

function isAutomatic(headers: readonly Header[], first: (name: string) => string): boolean {
  const submitted = first('auto-submitted').trim().toLowerCase()
  return (
    (submitted !== '' && submitted !== 'no') ||
    /^\s*(?:bulk|junk|list|auto[-_]?reply)\b/i.test(first('precedence')) ||
    ['list-id', 'list-unsubscribe', 'x-autoreply', 'x-autorespond', 'x-autoresponse', 'x-loop'].some((name) => first(name) !== '') ||
    /^\s*multipart\/report\b/i.test(first('content-type')) ||
    /^\s*<>\s*$/.test(first('return-path')) ||
    headers.filter(({ key }) => key === 'received').length > MOST_HOPS
  )
}
