import { randomBytes } from 'node:crypto'

/** Mails made to be slow to read or to grow in memory, of any size in bytes. All are from `a@example.org` and have the subject `Slow`. */

const HEAD = 'From: a@example.org\r\nSubject: Slow\r\nMIME-Version: 1.0\r\n'
export const MIXED = `${HEAD}Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nhi\r\n--m\r\n`

export const fill = (piece: string, bytes: number): string => piece.repeat(Math.floor(bytes / piece.length))
const pdf = (encoding: string): string => `${MIXED}Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`
const base64 = (bytes: number): string => randomBytes(Math.floor(bytes * 0.73)).toString('base64')
const html = (body: string): string => `${HEAD}Content-Type: text/html\r\n\r\n${body}`
const text = (body: string): string => `${HEAD}\r\n${body}`

export const SLOW_MAILS: Readonly<Record<string, (bytes: number) => string>> = {
  'an attachment in base64': (bytes) => `${pdf('base64')}${base64(bytes).replaceAll(/.{76}/g, '$&\r\n')}\r\n--m--`,
  'an attachment in base64 of one line': (bytes) => `${pdf('base64')}${base64(bytes)}\r\n--m--`,
  'an attachment in quoted-printable': (bytes) => `${pdf('quoted-printable')}${fill('=41=42=43 abcdef ghi jklmnop qrst uvwxyz =\r\n', bytes)}\r\n--m--`,
  'an attachment of plain letters': (bytes) => `${pdf('7bit')}${fill('a,b,c\r\n', bytes)}\r\n--m--`,
  'a hundred attachments': (bytes) => `${MIXED}${Array.from({ length: 100 }, (_, n) => `Content-Type: application/pdf; name=${n}.pdf\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(bytes / 100).replaceAll(/.{76}/g, '$&\r\n')}\r\n--m\r\n`).join('')}`,
  'a winmail.dat': (bytes) => `${MIXED}Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.concat([Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]), Buffer.alloc(Math.floor(bytes * 0.73), Buffer.from([1, 0x0c, 0x80, 2, 0, 1, 0, 0, 0, 65, 65, 0]))]).toString('base64').replaceAll(/.{76}/g, '$&\r\n')}\r\n--m--`,
  'short lines of text': (bytes) => text(fill('word word word\r\n', bytes)),
  'empty lines': (bytes) => text(fill('\r\n', bytes)),
  'lines that end in CR': (bytes) => text(fill('word word word\r', bytes)).replaceAll('\r\n', '\r'),
  'no line that is empty': (bytes) => `${HEAD}${fill('word word word\r\n', bytes)}`,
  'one line of text': (bytes) => text(fill('word ', bytes)),
  'text in quoted-printable': (bytes) => `${HEAD}Content-Transfer-Encoding: quoted-printable\r\n\r\n${fill('=C3=A4=\r\n', bytes)}`,
  'text in UTF-7': (bytes) => `${HEAD}Content-Type: text/plain; charset=utf-7\r\n\r\n${fill('+AOQ- ', bytes)}`,
  'quoted lines': (bytes) => text(fill('> > > a\r\nb\r\n', bytes)),
  'attributions without end': (bytes) => text(fill('On 1 May 2026, a@b wrote\r\n', bytes)),
  'heads of earlier mails that are none': (bytes) => text(fill('-----\r\n\r\nSubject: x\r\nDate: y\r\n\r\nDe: <a@b.example>\r\n', bytes)),
  'addresses and keys': (bytes) => text(fill('a@example.org,DID#1,', bytes)),
  'empty parts': (bytes) => `${MIXED}${fill('--m\r\n', bytes)}`,
  'small parts': (bytes) => `${MIXED}${fill('Content-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\na,b\r\n--m\r\n', bytes)}`,
  'parts within parts': (bytes) => `${HEAD}Content-Type: multipart/mixed; boundary=b0\r\n\r\n${Array.from({ length: Math.floor(bytes / 70) }, (_, n) => `--b${n}\r\nContent-Type: multipart/mixed; boundary=b${n + 1}\r\n\r\n`).join('')}`,
  'mails within mails': (bytes) => `${HEAD}Content-Type: message/rfc822\r\n\r\n${fill('Subject: in\r\nContent-Type: message/rfc822\r\n\r\n', bytes)}`,
  'boundaries that are none': (bytes) => `${MIXED}${fill('--mm\r\n--\r\n---m\r\n', bytes)}`,
  'tags that are never closed': (bytes) => html(fill('<div><table><tr><td>', bytes)),
  'one line of HTML attributes': (bytes) => html(`<a ${fill('a="b" ', bytes)}>`),
  'signs that begin a tag': (bytes) => html(fill('<', bytes)),
  'comments that never end': (bytes) => html(fill('<!-- ', bytes)),
  'entities': (bytes) => html(fill('&amp;&#x41;&nbsp;', bytes)),
  'quotations in HTML': (bytes) => html(fill('<blockquote>a', bytes)),
  'a style sheet': (bytes) => html(`<style>${fill('a{b:c}', bytes)}</style>`),
  'a header of encoded words': (bytes) => `${HEAD}X-Words: ${fill('=?utf-8?q?a?= ', bytes)}\r\n\r\nx`,
  'headers without end': (bytes) => `${HEAD}${fill('X: y\r\n', bytes)}`,
  'one header over many lines': (bytes) => `${HEAD}X: y${fill('\r\n z', bytes)}\r\n\r\nx`,
  'recipients without end': (bytes) => `${HEAD}To: ${fill('<a@b.example>,\r\n ', bytes)}x@y.example\r\n\r\nx`,
  'groups within groups': (bytes) => `${HEAD}To: ${fill('a:(', bytes)}\r\n\r\nx`,
  'references without end': (bytes) => `${HEAD}References: ${fill('<a@b>\r\n ', bytes)}\r\n\r\nx`,
  'a file name in pieces': (bytes) => `${MIXED}Content-Type: application/pdf;\r\n${Array.from({ length: Math.floor(bytes / 27) }, (_, n) => ` name*${n}="abcdefgh";\r\n`).join('')}\r\nx\r\n--m--`,
}
