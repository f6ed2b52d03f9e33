import { describe, expect, it } from 'vitest'
import { ownWordsOf } from '../../../shared/mail/quoted-history.ts'
import { readLetter } from '../../../shared/mail/read-letter.ts'
import { withoutSignature } from '../../../shared/mail/signature.ts'
import { CLIENT_REPLIES } from './client-replies.ts'
import { aRawMail } from './mails.ts'

const LANGUAGES = ['English', 'German', 'French', 'Spanish', 'Russian']

describe('SNS-1, SNS-5 what somebody has answered, without history and signature', () => {
  it.each(CLIENT_REPLIES)('%s in %s', (_program, _language, below) => {
    const own = ownWordsOf(`Yes, please.\nI take it.\n\n${below}`)
    expect(own).not.toContain('DID#88')
    expect(withoutSignature(own)).toBe('Yes, please.\nI take it.')
    // Nor is a line lost that stands right above, as it does in mail that was made of HTML.
    expect(withoutSignature(ownWordsOf(`On my way, DID#7.\n${below}`))).toBe('On my way, DID#7.')
  })

  it('stands on at least ten programs in each of the five languages', () => {
    for (const language of LANGUAGES) expect(CLIENT_REPLIES.filter(([, one]) => one === language).length, language).toBeGreaterThanOrEqual(10)
  })

  it.each([
    ['Gmail', '<div dir="ltr">Yes, please.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Sun, Mar 1, 2026 at 10:00 AM Anna Buyer &lt;<a href="mailto:anna@example.org">anna@example.org</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0">DID#88</blockquote></div>'],
    ['Outlook', '<div class="WordSection1"><p class="MsoNormal">Yes, please.</p><p class="MsoNormal">&nbsp;</p><div><div style="border-top:solid"><p class="MsoNormal"><b>From:</b> Anna Buyer &lt;anna@example.org&gt; <br><b>Sent:</b> Sunday, March 1, 2026 10:00 AM<br><b>To:</b> Sam<br><b>Subject:</b> Offer</p></div></div><p class="MsoNormal">DID#88</p></div>'],
    ['Outlook in French', '<p>Yes, please.</p><div><b>De&nbsp;:</b> Anna Buyer &lt;anna@example.org&gt;<br><b>Envoyé&nbsp;:</b> dimanche 1 mars 2026 10:00<br><b>À&nbsp;:</b> Sam<br><b>Objet&nbsp;:</b> Offre</div><p>DID#88</p>'],
    ['Outlook on the web', '<div>Yes, please.</div><hr style="width:98%"><div id="divRplyFwdMsg"><font><b>Von:</b> Anna Buyer &lt;anna@example.org&gt;<br><b>Gesendet:</b> Sonntag, 1. März 2026 10:00<br><b>An:</b> Sam<br><b>Betreff:</b> Angebot</font><div>&nbsp;</div></div><div>DID#88</div>'],
    ['Apple Mail', '<div>Yes, please.</div><div><br><blockquote type="cite"><div>On 1 Mar 2026, at 10:00, Anna Buyer &lt;anna@example.org&gt; wrote:</div><br><div>DID#88</div></blockquote></div>'],
    ['Yahoo', '<div>Yes, please.</div><div class="yahoo_quoted"><div>On Sunday, March 1, 2026 at 10:00:00 AM GMT+1, Anna Buyer &lt;anna@example.org&gt; wrote:</div><div><br></div><div>DID#88</div></div>'],
    ['Mail.ru', '<div>Yes, please.</div><blockquote style="border-left:1px solid"><div>Воскресенье, 1 марта 2026, 10:00 +03:00 от Анна &lt;anna@example.org&gt;:</div><div>DID#88</div></blockquote>'],
    ['Thunderbird', '<p>Yes, please.</p><div class="moz-cite-prefix">Am 01.03.26 um 10:00 schrieb Anna Buyer:<br></div><blockquote type="cite"><p>DID#88</p></blockquote>'],
  ])('in HTML without a text: %s', async (_program, html) => {
    const { letter } = await readLetter(Buffer.from(aRawMail({ headers: ['Content-Type: text/html; charset=utf-8'], body: html })))
    expect(letter.text).toContain('DID#88')
    expect(withoutSignature(letter.ownWords)).toBe('Yes, please.')
  })

  it.each([
    ['answers below the quotation', 'On 01/03/2026 10:00, Anna Buyer wrote:\n> Shall we?\n\nYes, please.\n-- \nSam', 'Yes, please.'],
    ['answers between quotations', 'Am 01.03.26 um 10:00 schrieb Anna:\n> Preis?\n100\n> Wann?\nMorgen\n\nVon meinem iPhone gesendet', '100\nMorgen'],
    ['a farewell and a name', 'Yes, please.\n\nBest regards\nSam', 'Yes, please.\n\nBest regards\nSam'],
    ['a sentence that begins like a program’s', 'Отправлено со склада 5 марта.', 'Отправлено со склада 5 марта.'],
    ['another', 'It is done.\nSent from the warehouse this morning.', 'It is done.\nSent from the warehouse this morning.'],
    ['a list that begins like a head', 'To: do\nSubject: none\nDate: open', 'To: do\nSubject: none\nDate: open'],
    ['things that somebody wrote', '2 things that Anna wrote:\nprice and date', '2 things that Anna wrote:\nprice and date'],
    ['a line across', 'Above\n----------\nBelow', 'Above\n----------\nBelow'],
    ['more than a signature below two dashes', `Above\n-- \n${'text\n'.repeat(40)}end`, `Above\n-- \n${'text\n'.repeat(40)}end`],
  ])('keeps %s', (_what, text, kept) => {
    expect(withoutSignature(ownWordsOf(text))).toBe(kept)
  })

  it('is quick on signatures that are made to be slow', () => {
    const began = process.cpuUsage()
    for (const line of ['sent from my a a a a', 'von meinem x', '--', '', 'отправлено из a a a '.repeat(20)]) withoutSignature(`${line}\n`.repeat(400_000 / (line.length + 1)))
    const { user, system } = process.cpuUsage(began)
    expect((user + system) / 1000).toBeLessThan(3000)
  })
})
