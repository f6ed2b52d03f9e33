import { describe, expect, it } from 'vitest'
import { composeMail, MOST_LINES, type MailedNote } from '../../../shared/notifications/compose-mail.ts'
import { NOTE_KINDS } from '../../../shared/notifications/schema.ts'

const aNote = (note: Partial<MailedNote> = {}): MailedNote => ({ kind: 'mention', actorName: 'Ann', itemLabel: 'Deal #88', title: 'Roof', isMine: false, link: undefined, ...note })

describe('a mail about notifications', () => {
  it.each(NOTE_KINDS)('NTF-1: says in one sentence what %s means', (kind) => {
    const { subject, text } = composeMail([aNote({ kind })], { isMore: false })
    expect(subject).toMatch(/Deal #88 \(Roof\)$/)
    expect(text.split('\n')[0]).toBe(`${subject}.`)
  })

  it('says an item that has no title of its own once', () => {
    expect(composeMail([aNote({ title: 'Deal #88' })], { isMore: false }).subject).toBe('Ann mentioned you in the chat of Deal #88')
  })

  it('stays on one line, whatever a title or a name holds', () => {
    const { subject, text } = composeMail([aNote({ title: 'a\r\nBcc: x@y.example', actorName: 'A\nB' })], { isMore: false })
    expect(subject).toBe('A B mentioned you in the chat of Deal #88 (a Bcc: x@y.example)')
    expect(text).not.toMatch(/^Bcc/m)
  })

  it('counts what it has no room for', () => {
    const many = composeMail(Array.from({ length: MOST_LINES + 9 }, () => aNote()), { isMore: false })
    expect(many.subject).toBe(`${MOST_LINES + 9} notifications`)
    expect(many.text).toContain('\n9 more are in your list of notifications.')
    expect(composeMail(Array.from({ length: MOST_LINES + 49 }, () => aNote()), { isMore: true }).html).toContain('<p>More than 49 more are in your list of notifications.</p>')
  })
})
