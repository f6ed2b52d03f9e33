import { createHash } from 'node:crypto'
import { domainOf, headerAddresses } from './mail-headers.ts'
import type { ReceivedMail } from './received-mail.ts'
import type { VerdictStatus } from './verdicts.ts'

/**
 * The headers that SES puts before a message when it stores it, in SES's order and form. They are made of the message's id alone
 * (no chance in them), so that an action that is repeated stores the same bytes.
 */
export function traceHeaders(mail: ReceivedMail, region: string, scans: boolean): string {
  const { messageId, receivedAt, envelope, verdicts } = mail
  const { source, recipients, remoteAddress, helo } = envelope
  const fromDomain = domainOf(headerAddresses(mail.headers, 'from')[0] ?? source)
  const designates = verdicts.spf === 'PASS' ? 'designates' : 'does not designate'
  const spf = `${word(verdicts.spf)} (spfCheck: domain of ${domainOf(source)} ${designates} ${remoteAddress} as permitted sender) client-ip=${remoteAddress}; envelope-from=${source}; helo=${helo};`
  const dkim = `dkim=${word(verdicts.dkim)} header.i=@${verdicts.dkimDomain ?? fromDomain};`
  const dmarc = verdicts.dmarc === 'FAIL' ? `dmarc=fail (p=${verdicts.dmarcPolicy})` : `dmarc=${word(verdicts.dmarc)}`
  const scanned = [`X-SES-Spam-Verdict: ${verdicts.spam}`, `X-SES-Virus-Verdict: ${verdicts.virus}`]
  const lines = [
    `Return-Path: <${source}>`,
    `Received: from ${helo} (${helo} [${remoteAddress}])\r\n by inbound-smtp.${region}.amazonaws.com with SMTP id ${messageId}\r\n for ${recipients[0] ?? ''};\r\n ${mailDate(receivedAt)} (UTC)`,
    ...(scans ? scanned : []),
    `Received-SPF: ${spf}`,
    `Authentication-Results: amazonses.com;\r\n spf=${spf}\r\n ${dkim}\r\n ${dmarc} header.from=${fromDomain};`,
    `X-SES-RECEIPT: ${opaque(`receipt ${messageId}`, 6)}`,
    `X-SES-DKIM-SIGNATURE: ${signature(messageId, receivedAt)}`,
  ]
  return `${lines.join('\r\n')}\r\n`
}

/** `Fri, 04 Oct 2024 16:31:14 +0000` */
export const mailDate = (at: Date): string => at.toUTCString().replace('GMT', '+0000')

function signature(messageId: string, at: Date): string {
  const time = Math.floor(at.getTime() / 1000)
  const signed = 'From:To:Cc:Bcc:Subject:Date:Message-ID:MIME-Version:Content-Type:X-SES-RECEIPT'
  return `a=rsa-sha256; q=dns/txt; b=${opaque(`signature ${messageId}`, 2)}; c=relaxed/simple; s=local; d=amazonses.com; t=${time}; v=1; bh=${opaque(messageId, 1)}; h=${signed};`
}

const words: Readonly<Record<VerdictStatus, string>> = { PASS: 'pass', FAIL: 'fail', GRAY: 'none', PROCESSING_FAILED: 'temperror', DISABLED: 'none' }
const word = (status: VerdictStatus): string => words[status]

/** Text that looks like what SES writes there, and means nothing. */
function opaque(seed: string, blocks: number): string {
  const hashes = Array.from({ length: blocks }, (_, index) => createHash('sha512').update(`${index} ${seed}`).digest())
  return Buffer.concat(hashes).toString('base64')
}
