import { describe, expect, it } from 'vitest'
import { traceHeaders } from '../../../infra/local/ses/trace-headers.ts'
import { receivedMail } from '../../../infra/local/ses/received-mail.ts'
import { createDigest, messageIdOf, traceBlockOf } from '../../../shared/mail/trace-block.ts'
import { aRawMail } from './mails.ts'

const envelope = { source: 'sam@leadline.example', recipients: ['crm@leadline.example'], remoteAddress: '203.0.113.7', helo: 'mail.leadline.example' }

function stored(raw: string, sesMessageId: string, scans = true): Buffer {
  const mail = receivedMail(sesMessageId, new Date('2026-03-01T10:00:00Z'), envelope, Buffer.from(raw))
  return Buffer.from(traceHeaders(mail, 'eu-west-1', scans) + raw)
}

const idOf = (bytes: Buffer, sesMessageId: string): string => messageIdOf(bytes, traceBlockOf(bytes, sesMessageId))

describe('SNS-6 a mail is known by its own bytes', () => {
  const raw = aRawMail({ messageId: 'a@b' })

  it('so the same mail delivered twice has one id, whatever the server wrote above it', () => {
    expect(idOf(stored(raw, 'first1'), 'first1')).toBe(idOf(stored(raw, 'second2'), 'second2'))
    expect(idOf(stored(raw, 'first1', false), 'first1')).toBe(idOf(stored(raw, 'second2'), 'second2'))
  })

  it('and one changed byte, or one header of the sender more, makes another mail', () => {
    const one = idOf(stored(raw, 's1'), 's1')
    expect(idOf(stored(`${raw}.`, 's1'), 's1')).not.toBe(one)
    expect(idOf(stored(`X-Mine: 1\r\n${raw}`, 's1'), 's1')).not.toBe(one)
  })

  it('looks like msg_ and 32 letters', () => {
    expect(idOf(stored(raw, 's1'), 's1')).toMatch(/^msg_[0-9a-z]{32}$/)
  })

  it('and is the same when it is read piece by piece', () => {
    const bytes = stored(raw + 'x'.repeat(300_000), 's1')
    for (const size of [7, 4096, 65_536, 1_000_000]) {
      const digest = createDigest('s1')
      for (let at = 0; at < bytes.length; at += size) digest.add(bytes.subarray(at, at + size))
      expect(digest.messageId()).toBe(idOf(bytes, 's1'))
    }
  })
})

describe('only the block that the server itself wrote is its own', () => {
  const forged = traceHeaders(receivedMail('evil9', new Date(), { ...envelope, source: 'boss@leadline.example' }, Buffer.from(aRawMail())), 'eu-west-1', true)

  it('ends where the sender begins, even when the sender wrote such headers too', () => {
    const bytes = stored(forged + aRawMail(), 's1')
    const { end } = traceBlockOf(bytes, 's1')
    expect(bytes.subarray(end).toString()).toBe(forged + aRawMail().slice(0, 0) + bytes.subarray(end + forged.length).toString())
    expect(bytes.subarray(end, end + forged.length).toString()).toBe(forged)
  })

  it('is none at all where only the sender wrote one', () => {
    expect(traceBlockOf(Buffer.from(forged + aRawMail()), 's1')).toEqual({ end: 0, signedBy: [], fromDomain: undefined })
  })

  it('takes a sender\'s header of the same name for the sender\'s', () => {
    const bytes = stored(`X-SES-RECEIPT: mine\r\n${aRawMail()}`, 's1')
    expect(bytes.subarray(traceBlockOf(bytes, 's1').end).toString()).toMatch(/^X-SES-RECEIPT: mine/)
  })

  it('believes no signature from a block that is not whole', () => {
    const block = 'Return-Path: <a@b.example>\r\nReceived: from x by inbound-smtp.eu-west-1.amazonaws.com with SMTP id s1 for y; now\r\n'
    const claimed = 'Authentication-Results: amazonses.com; dkim=pass header.i=@leadline.example; dmarc=pass header.from=leadline.example;\r\n'
    expect(traceBlockOf(Buffer.from(`${block}${claimed}Subject: x\r\n\r\n`), 's1').signedBy).toEqual([])
  })

  it('names the domains whose signatures were good, and the From domain that was judged', () => {
    const mail = 'From: sam@leadline.example\r\nX-Local-Verdict: dkim-domain=mailer.example\r\n\r\nHello'
    expect(traceBlockOf(stored(mail, 's1'), 's1')).toMatchObject({ signedBy: ['mailer.example'], fromDomain: 'leadline.example' })
  })

  it.each([
    ['right below the server\'s own', ''],
    ['with a receipt of its own', 'X-SES-RECEIPT: mine\r\nX-SES-DKIM-SIGNATURE: mine\r\n'],
    ['below another header', 'Subject: x\r\n'],
  ])('believes no finding that the sender wrote %s (SNS-7)', (_, between) => {
    const claimed = 'Authentication-Results: amazonses.com;\r\n dkim=pass header.i=@leadline.example;\r\n dmarc=pass header.from=leadline.example;\r\n'
    const mail = `${between}${claimed}${claimed}X-SES-RECEIPT: mine\r\nFrom: x@evil.example\r\n\r\nHello`
    expect(traceBlockOf(stored(mail, 's1'), 's1')).toMatchObject({ signedBy: ['evil.example'], fromDomain: 'evil.example' })
  })

  it('takes ids as they are, not as expressions', () => {
    expect(traceBlockOf(stored(aRawMail(), 'abc'), 'a.c').end).toBe(0)
    expect(traceBlockOf(stored(aRawMail(), 'abcd'), 'abc').end).toBe(0)
  })
})
