import { cleanLine } from '../kernel/clean-text.ts'
import type { NoteKind, NotificationView } from './schema.ts'

/** A notice with what its reader may know of the item at the moment of sending. */
export interface MailedNote extends Pick<NotificationView, 'kind'> {
  /** Who did it; null for the product itself and for people from outside. */
  readonly actorName: string | null
  /** "Deal #88" */
  readonly itemLabel: string
  /** Undefined where the reader may not read the item any more. */
  readonly title: string | undefined
  /** Whether the reader is responsible for the item now. */
  readonly isMine: boolean
  /** Where a client shows the item; undefined in a deployment that does not say. */
  readonly link: string | undefined
}

/** Lines of a mail; what is beyond them is only counted. */
export const MOST_LINES = 50
const LONGEST_SUBJECT = 200
const LONGEST_LINE = 400

const FOOTER = 'You get this mail because your notification settings ask for it; there you can end it too. Please do not answer it.'

/** What is said of each kind. A new kind of notification needs its sentence here. */
const SENTENCES: Readonly<Record<NoteKind, (who: string, item: string, note: MailedNote) => string>> = {
  'observer.added': (who, item) => `${who} made you an observer of ${item}.`,
  'observer.removed': (who, item) => `${who} removed you from the observers of ${item}.`,
  'responsible.changed': (who, item, { isMine }) => (isMine ? `${who} made you responsible for ${item}.` : `${who} made somebody else responsible for ${item}.`),
  mention: (who, item) => `${who} mentioned you in the chat of ${item}.`,
  'mail.received': (_who, item) => `There is new mail on ${item}.`,
}

/** Many notices as one mail, the newest first, in plain text and in HTML (NTF-1). `isMore` says that there are some which were not even counted. */
export function composeMail(notes: readonly MailedNote[], { isMore }: { isMore: boolean }): { subject: string; text: string; html: string } {
  const lines = notes.slice(0, MOST_LINES).map((note) => ({ sentence: sentenceOf(note), link: note.link }))
  const [first] = lines
  const subject = lines.length === 1 && first && !isMore ? first.sentence.replace(/\.$/, '') : `${isMore ? 'More than ' : ''}${notes.length} notifications`
  const left = notes.length - lines.length
  const rest = left > 0 || isMore ? [`${isMore ? 'More than ' : ''}${left} more are in your list of notifications.`] : []
  return {
    subject: cleanLine(subject, LONGEST_SUBJECT),
    text: [...lines.map(({ sentence, link }) => (link === undefined ? sentence : `${sentence}\n${link}`)), ...rest, `-- \n${FOOTER}`].join('\n\n') + '\n',
    html: `<!doctype html><html lang="en"><body><ul>${lines.map(({ sentence, link }) => `<li>${linked(sentence, link)}</li>`).join('')}</ul>${rest.map((one) => `<p>${escaped(one)}</p>`).join('')}<p style="font-size:smaller">${escaped(FOOTER)}</p></body></html>`,
  }
}

function sentenceOf(note: MailedNote): string {
  // A title that was left out when the item was made is its label.
  const item = note.title === undefined || note.title === note.itemLabel ? note.itemLabel : `${note.itemLabel} (${note.title})`
  return cleanLine(SENTENCES[note.kind](note.actorName ?? 'The CRM', item, note), LONGEST_LINE)
}

function linked(sentence: string, link: string | undefined): string {
  return link === undefined ? escaped(sentence) : `<a href="${escaped(link)}">${escaped(sentence)}</a>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
}
