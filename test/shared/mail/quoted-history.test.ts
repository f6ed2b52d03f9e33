import { describe, expect, it } from 'vitest'
import { firstLineOf, ownWordsOf } from '../../../shared/mail/quoted-history.ts'

describe('SNS-1 the sender\'s own words end where quoted history begins', () => {
  it.each([
    ['English', 'On Sun, 1 Mar 2026 at 10:00, Anna Buyer <anna@example.org> wrote:'],
    ['English, broken in two', 'On Sunday, 1 March 2026, Anna Buyer via a very long list name\n<anna@example.org> wrote:'],
    ['German', 'Am 01.03.2026 um 10:00 schrieb Anna Buyer <anna@example.org>:'],
    ['German, other order', 'Anna Buyer <anna@example.org> schrieb am So., 1. März 2026, 10:00:'],
    ['French', 'Le dim. 1 mars 2026 à 10:00, Anna Buyer <anna@example.org> a écrit :'],
    ['Spanish', 'El dom, 1 mar 2026 a las 10:00, Anna Buyer (<anna@example.org>) escribió:'],
    ['Russian', '1 марта 2026 г., в 10:00, Anna Buyer <anna@example.org> написал(а):'],
    ['Russian, as web mail writes it', '01.03.2026, 10:00, "Anna Buyer" <anna@example.org>:'],
    ['Russian, present tense', 'вс, 1 мар. 2026 г. в 10:00, Anna Buyer <anna@example.org> пишет:'],
    ['Italian', 'Il giorno dom 1 mar 2026 alle ore 10:00 Anna <anna@example.org> ha scritto:'],
    ['Dutch', 'Op zo 1 mrt 2026 om 10:00 schreef Anna <anna@example.org>:'],
  ])('%s', (_, attribution) => {
    expect(ownWordsOf(`Yes, please.\n\n${attribution}\n> DID#88 is yours\n> really`)).toBe('Yes, please.')
    expect(ownWordsOf(`Yes, please.\n\n${attribution}\n\nDID#88 is yours`)).toBe('Yes, please.')
  })

  it.each([
    ['English', 'From: Anna <anna@example.org>\nSent: Sunday, 1 March 2026\nTo: Sam\nSubject: DID#88'],
    ['German', 'Von: Anna <anna@example.org>\nGesendet: Sonntag\nAn: Sam\nBetreff: DID#88'],
    ['French', 'De : Anna <anna@example.org>\nEnvoyé : dimanche\nÀ : Sam\nObjet : DID#88'],
    ['Spanish', 'De: Anna <anna@example.org>\nEnviado el: domingo\nPara: Sam\nAsunto: DID#88'],
    ['Russian', 'От: Anna <anna@example.org>\nОтправлено: воскресенье\nКому: Sam\nТема: DID#88'],
    ['bold', '*From:* Anna <anna@example.org>\n*Sent:* Sunday\n*To:* Sam\n*Subject:* DID#88'],
    ['a separator', '-----Original Message-----\nanything'],
    ['a forwarded mail', '---------- Forwarded message ---------\nFrom: x'],
    ['a German separator', '-------- Ursprüngliche Nachricht --------\nDID#1'],
    ['a Russian separator', '-------- Исходное сообщение --------\nDID#1'],
    ['a mail forwarded by Apple', 'Begin forwarded message:\n\nDID#1'],
  ])('and where Outlook and others put the head of the earlier mail: %s', (_, head) => {
    expect(ownWordsOf(`Mine.\n\n${head}\n\nDID#88`)).toBe('Mine.')
  })

  it('keeps answers between the quoted lines', () => {
    expect(ownWordsOf('On Monday Anna <a@b.example> wrote:\n> Price?\n100, see DID#7\n> When?\nTomorrow')).toBe('100, see DID#7\nTomorrow')
  })

  it('keeps text that only resembles an introduction', () => {
    const text = 'From: our office\nOn the other hand:\nShe wrote:\nPlease note:\n1. first\n-- \nSam, DID#9'
    expect(ownWordsOf(text)).toBe(text)
  })

  it('is quick on texts that are made to be slow', () => {
    const started = performance.now()
    for (const line of ['On a a a a a a a a a a a a a a a a a a', 'skrev skrev abc. ', 'On ' + 'wrote '.repeat(80), `12.12.2026 ${'<'.repeat(400)}`, `From: x\n${'To: '.repeat(100)}`, `On ${'schrieb '.repeat(60)}`]) ownWordsOf(`${line}\n`.repeat(500_000 / line.length))
    ownWordsOf('\n'.repeat(500_000))
    ownWordsOf('On x wrote:\n>\n'.repeat(30_000))
    ownWordsOf(`On ${'x'.repeat(500_000)} wrote:`)
    expect(performance.now() - started).toBeLessThan(3000)
  })

  it('SNS-3 finds the first line that is not empty', () => {
    expect(firstLineOf('\n  \n anna@example.org \nmore')).toBe('anna@example.org')
    expect(firstLineOf('')).toBe('')
  })
})
