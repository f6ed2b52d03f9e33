import { MOST_OWN_WORDS_BYTES } from './limits.ts'
import type { Letter } from './letter.ts'
import { withoutSignature } from './signature.ts'

/** What mail programs write before the subject of what is handed on, in English, German, French, Spanish and Russian. */
const HANDED_ON = /^\s{0,9}(?:fwd?|wg|tr|rv|пересл(?:ано)?)\s{0,3}:/iu

/**
 * The text of a mail as its reader wants it (SNS-5): without what it answers and without the signature. `wholeText` is all of it where something was left out. A mail that is
 * handed on is shown whole, since the earlier mail is what it is about; so is one in which nothing else stands.
 */
export function shownText({ subject, text, ownWords }: Letter): { text: string; wholeText: string | null } {
  const own = withoutSignature(ownWords)
  const isWhole = own === text || own === '' || HANDED_ON.test(subject) || Buffer.byteLength(own) > MOST_OWN_WORDS_BYTES
  return isWhole ? { text, wholeText: null } : { text: own, wholeText: text }
}
