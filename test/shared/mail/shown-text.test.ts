import { describe, expect, it } from 'vitest'
import { shownText } from '../../../shared/mail/shown-text.ts'
import { ownWordsOf } from '../../../shared/mail/quoted-history.ts'
import { aLetter } from './mails.ts'

const HISTORY = '\n\nOn Sun, 1 Mar 2026 at 10:00, Anna <anna@customer.example> wrote:\n> What does it cost?'
const letterOf = (subject: string, text: string) => aLetter({ subject, text, ownWords: ownWordsOf(text) })

describe('SNS-5: the text of a mail as its reader wants it', () => {
  it('is what the sender wrote, with all of it beside', () => {
    const text = `A hundred.\n\n-- \nBob, Sales${HISTORY}`
    expect(shownText(letterOf('Re: Price', text))).toEqual({ text: 'A hundred.', wholeText: text })
  })

  it('is given once where nothing is left out', () => {
    expect(shownText(letterOf('Price', 'A hundred.'))).toEqual({ text: 'A hundred.', wholeText: null })
  })

  it.each(['Fwd: Price', 'FW: Price', 'WG: Preis', 'TR : Prix', 'RV: Precio', 'Пересл: Цена'])('is whole where the earlier mail is what it is about (%s)', (subject) => {
    const text = `For the file.${HISTORY}`
    expect(shownText(letterOf(subject, text))).toEqual({ text, wholeText: null })
  })

  it('is whole where the sender wrote nothing of their own, and where they wrote a book', () => {
    expect(shownText(letterOf('Re: Price', HISTORY.trim())).wholeText).toBeNull()
    expect(shownText(letterOf('Re: Price', `${'long '.repeat(20_000)}${HISTORY}`)).wholeText).toBeNull()
  })
})
