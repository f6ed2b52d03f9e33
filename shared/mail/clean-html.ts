import sanitizeHtml from 'sanitize-html'
import { cleanText, cutToBytes } from '../kernel/clean-text.ts'
import { MOST_TEXT_BYTES } from './limits.ts'

/** Escaping lengthens it; what is still longer than this is left out, and the text stands alone. */
const MOST_CLEAN_BYTES = 1.5 * MOST_TEXT_BYTES
const DEEPEST_TAGS = 100
/** Far more than an honest mail has; the sanitiser's time grows with the square of tags that are never closed. */
const MOST_TAGS = 30_000

const CELL = ['align', 'valign', 'width', 'height', 'bgcolor', 'colspan', 'rowspan']

/** What of HTML shows text and runs nothing: no scripts, handlers, forms, frames, objects, SVG, MathML or styles of any kind. */
const OPTIONS: sanitizeHtml.IOptions = {
  allowedTags: [
    'a', 'abbr', 'address', 'b', 'big', 'blockquote', 'br', 'caption', 'center', 'cite', 'code', 'col', 'colgroup', 'dd', 'del', 'div', 'dl', 'dt', 'em', 'font', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6',
    'hr', 'i', 'img', 'ins', 'li', 'ol', 'p', 'pre', 'q', 's', 'small', 'span', 'strike', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'u', 'ul',
  ],
  nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'title', 'template', 'xmp', 'svg', 'math', 'iframe', 'object', 'embed', 'select', 'button'],
  allowedAttributes: {
    a: ['href', 'title', 'target', 'rel'],
    img: ['src', 'data-src', 'alt', 'title', 'width', 'height'],
    font: ['color', 'size', 'face'],
    table: ['align', 'width', 'border', 'cellpadding', 'cellspacing', 'bgcolor'],
    td: CELL,
    th: CELL,
    tr: ['align', 'valign', 'bgcolor'],
    col: ['width', 'span'],
    colgroup: ['width', 'span'],
    ol: ['start', 'type'],
    '*': ['dir', 'lang'],
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['cid', 'data', 'http', 'https'] },
  allowedSchemesAppliedToAttributes: ['href', 'src', 'data-src'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nestingLimit: DEEPEST_TAGS,
  enforceHtmlBoundary: false,
  parseStyleAttributes: false,
  transformTags: {
    a: (tagName, attribs) => ({ tagName, attribs: { ...attribs, target: '_blank', rel: 'noopener noreferrer nofollow' } }),
    img: (tagName, attribs) => ({ tagName, attribs: imageAttributes(attribs) }),
  },
}

/**
 * HTML of a mail, made harmless. An image that came with the mail keeps its `cid:` address, which names an attachment by `contentId`; one
 * that is small and written into the HTML stays; one from elsewhere would tell its server that the mail is read, so its address moves to
 * `data-src`, for a client to load when the reader asks for it.
 */
export function cleanHtml(html: string): { html: string | null; cut: boolean } {
  const whole = cleanText(html)
  const begun = whole.slice(0, endOfTags(whole))
  const { text, cut } = cutToBytes(begun, MOST_TEXT_BYTES)
  const clean = sanitizeHtml(text, OPTIONS).trim()
  return Buffer.byteLength(clean) > MOST_CLEAN_BYTES ? { html: null, cut: true } : { html: clean === '' ? null : clean, cut: cut || begun.length < whole.length }
}

/** Where the tag stands that is one too many. */
function endOfTags(html: string): number {
  const tag = /<[a-z]/gi
  for (let count = 0; count < MOST_TAGS; count += 1) if (!tag.test(html)) return html.length
  return tag.lastIndex - 2
}

function imageAttributes(attribs: Readonly<Record<string, string>>): Record<string, string> {
  const { src = '', 'data-src': _claimed, ...rest } = attribs
  const address = src.trim()
  if (/^cid:[^\s]{1,250}$/i.test(address)) return { ...rest, src: address }
  if (/^data:image\/(?:png|gif|jpeg|webp);base64,[A-Za-z0-9+/=\s]*$/i.test(address)) return { ...rest, src: address }
  if (/^https?:\/\//i.test(address)) return { ...rest, 'data-src': address }
  return rest
}

const BLOCK_END = /<\/(?:p|div|tr|table|li|ul|ol|dl|dt|dd|h[1-6]|pre|address|center|caption)>/g

/** The text of clean HTML. What is quoted in it stands behind `>`, as in a plain mail. Expressions do here, since clean HTML has every tag in one form. */
export function textOfCleanHtml(clean: string): string {
  let depth = 0
  const pieces = clean.split(/(<\/?blockquote[^>]*>)/).flatMap((piece) => {
    if (/^<\/?blockquote/.test(piece)) {
      depth = Math.max(0, depth + (piece.startsWith('</') ? -1 : 1))
      return []
    }
    const text = plain(piece).replaceAll(/^\n+|\n+$/g, '')
    if (text === '') return []
    return [depth === 0 ? text : text.replaceAll(/^(?=.)/gm, `${'>'.repeat(Math.min(depth, DEEPEST_QUOTE))} `)]
  })
  return pieces.join('\n').replaceAll(/\n{3,}/g, '\n\n').trim()
}

const DEEPEST_QUOTE = 9

function plain(html: string): string {
  const spaced = html
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/<br ?\/?>|<hr ?\/?>/g, '\n')
    .replaceAll(/<\/t[dh]>/g, '\t')
    .replaceAll(BLOCK_END, '\n')
    .replaceAll(/<[^<>]*>/g, '')
  return withoutEntities(spaced)
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
}

/** The sanitiser writes these and no other entities. */
function withoutEntities(text: string): string {
  const signs: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&nbsp;': ' ', '&#39;': "'", '&apos;': "'", '&amp;': '&' }
  return text.replaceAll(/&(?:lt|gt|quot|nbsp|#39|apos|amp);/g, (entity) => signs[entity] ?? entity).replaceAll('\u00a0', ' ')
}
