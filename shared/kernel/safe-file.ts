import { cleanLine } from './clean-text.ts'

const LONGEST_FILE_NAME = 150

/** Types that a browser or desktop opens without running anything in our name. */
const HARMLESS = new Set([
  'application/gzip', 'application/json', 'application/msword', 'application/pdf', 'application/pgp-signature', 'application/pkcs7-signature', 'application/rtf', 'application/zip',
  'application/vnd.ms-excel', 'application/vnd.ms-powerpoint', 'application/vnd.oasis.opendocument.spreadsheet', 'application/vnd.oasis.opendocument.text',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'audio/mpeg', 'audio/ogg', 'audio/wav', 'image/bmp', 'image/gif', 'image/heic', 'image/jpeg', 'image/png', 'image/tiff', 'image/webp', 'message/rfc822', 'text/calendar', 'text/csv', 'text/plain', 'text/vcard', 'video/mp4', 'video/mpeg', 'video/quicktime', 'video/webm',
])

/** The type to serve a file under. HTML, SVG, scripts and all that is unknown are bytes to be saved. */
export function safeContentType(claimed: string): string {
  const type = claimed.trim().toLowerCase()
  return HARMLESS.has(type) ? type : 'application/octet-stream'
}

/** A name under which a file can be saved anywhere: no folders, no control characters, no signs that some system forbids, not too long. */
export function safeFileName(claimed: string | null, number: number, contentType: string): string {
  const last = cleanLine(claimed ?? '', 4 * LONGEST_FILE_NAME).split(/[/\\]/).at(-1) ?? ''
  const name = last.replaceAll(/[<>:"|?*\u200b-\u200d]/g, '_').replaceAll(/^[.\s]+|[.\s]+$/g, '')
  if (name === '') return `attachment-${number}${contentType === 'message/rfc822' ? '.eml' : ''}`
  return shortened(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name) ? `_${name}` : name)
}

/** Cut before its extension, which says what the file is. */
function shortened(name: string): string {
  if (name.length <= LONGEST_FILE_NAME) return name
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? ''
  return `${name.slice(0, LONGEST_FILE_NAME - extension.length).toWellFormed()}${extension}`
}
