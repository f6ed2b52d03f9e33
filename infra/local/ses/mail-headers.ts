import { addressParser, decodeWords } from 'postal-mime'

export interface MailHeader {
  readonly name: string
  readonly value: string
}

/** SES's `commonHeaders`: the usual headers once more, the address headers as lists. */
export interface CommonHeaders {
  returnPath?: string
  from?: string[]
  replyTo?: string[]
  sender?: string[]
  to?: string[]
  cc?: string[]
  bcc?: string[]
  date?: string
  messageId?: string
  subject?: string
}

/** More than this of a header block is not looked at: a sender may write 40 MB of headers. */
const headerBlockLimitBytes = 256 * 1024
/** SES puts no more than 10 KB of headers into a notice. */
const noticeLimitBytes = 10 * 1024

/** Where the header block ends: the offset of the first byte after its last header's line end. */
export function headerBlockEnd(raw: Buffer): number {
  if (/^\r?\n/.test(raw.toString('latin1', 0, 2))) return 0
  const ends = [
    [raw.indexOf('\r\n\r\n'), 2],
    [raw.indexOf('\n\n'), 1],
  ] as const
  const found = ends.filter(([at]) => at >= 0).map(([at, length]) => at + length)
  return found.length === 0 ? raw.length : Math.min(...found)
}

/** The headers in their order, unfolded and with encoded words decoded. Lines that are no header are left out. */
export function readHeaders(raw: Buffer): MailHeader[] {
  const block = decodeBytes(raw.subarray(0, Math.min(headerBlockEnd(raw), headerBlockLimitBytes)))
  const headers: MailHeader[] = []
  for (const field of block.split(/\r?\n(?![ \t])/)) {
    const [, name, value] = /^([!-9;-~]+)[ \t]*:([^]*)$/.exec(field) ?? []
    if (name !== undefined && value !== undefined) headers.push({ name, value: decodeWords(value.replace(/\r?\n[ \t]+/g, ' ').trim()) })
  }
  return headers
}

export function headerValue(headers: readonly MailHeader[], name: string): string | undefined {
  return headers.find((header) => header.name.toLowerCase() === name)?.value
}

/** As many headers as SES puts into a notice. */
export function headersForNotice(headers: readonly MailHeader[]): { headers: MailHeader[]; headersTruncated: boolean } {
  let size = 0
  const kept = headers.filter(({ name, value }) => {
    size += Buffer.byteLength(name) + Buffer.byteLength(value) + 4
    return size <= noticeLimitBytes
  })
  return { headers: kept, headersTruncated: kept.length < headers.length }
}

export function commonHeaders(headers: readonly MailHeader[]): CommonHeaders {
  const common: CommonHeaders = {}
  const returnPath = headerValue(headers, 'return-path')
  if (returnPath !== undefined) common.returnPath = returnPath.replace(/^<(.*)>$/, '$1')
  for (const [name, key] of [['from', 'from'], ['reply-to', 'replyTo'], ['sender', 'sender'], ['to', 'to'], ['cc', 'cc'], ['bcc', 'bcc']] as const) {
    const value = headerValue(headers, name)
    if (value !== undefined) common[key] = fitting(mailboxes(value).map((one) => one.text))
  }
  for (const [name, key] of [['date', 'date'], ['message-id', 'messageId'], ['subject', 'subject']] as const) {
    const value = headerValue(headers, name)
    if (value !== undefined) common[key] = value.slice(0, noticeLimitBytes)
  }
  return common
}

/** Every address of all headers of a name, without the people's names. */
export function headerAddresses(headers: readonly MailHeader[], ...names: readonly string[]): string[] {
  const found = headers.filter(({ name }) => names.includes(name.toLowerCase())).flatMap(({ value }) => mailboxes(value).map((one) => one.address))
  return [...new Set(found)]
}

/** As many texts as fit into a notice. */
export function fitting(texts: readonly string[]): string[] {
  let size = 0
  return texts.filter((text) => (size += Buffer.byteLength(text) + 3) <= noticeLimitBytes)
}

/** The mailboxes of an address list, groups opened; `text` is `Name <address>`. */
export function mailboxes(list: string): { address: string; text: string }[] {
  return addressParser(list, { flatten: true }).flatMap(({ name, address }) => {
    if (address === undefined || address === '') return []
    return [{ address, text: name === '' ? address : `${name} <${address}>` }]
  })
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

function decodeBytes(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return bytes.toString('latin1')
  }
}
