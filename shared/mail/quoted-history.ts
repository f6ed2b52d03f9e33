/**
 * Which part of a mail's text its sender wrote for it, and which is the quoted history below or between. Line by line and in one
 * pass, since a hostile mail may hold any text: expressions look at single lines of bounded length only.
 */

const LONGEST_LINE = 500
/** An attribution ("On ... Anna wrote:") is broken over at most so many lines. */
const MOST_ATTRIBUTION_LINES = 3

/** "Anna wrote:" in the languages that mail programs speak, at the end of an attribution. */
const WROTE = /(?:\bwrote|\bschrieb(?:\s.{1,200})?|\ba écrit|\bescribió|\bescribio|\bha scritto|\bschreef(?:\s.{1,200})?|\bescreveu|\bskrev(?:\s.{1,200})?|\bnapisał(?:\(a\))?|написала?(?:\(а\))?|пишет|писал(?:\(а\)|а)?)\s?:$/iu
const ATTRIBUTION_START = /^(?:on|am|le|el|il|op|em|den|w dniu|в|\d|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье)(?![\p{L}])/iu
/** Russian programs put the verb or the address at the end without any opening word: `01.02.2026, 10:00, "Anna" <anna@...>:`. */
const DATE_AND_ADDRESS = /^\S{0,20}\s?\d{1,2}[./]\d{1,2}[./]\d{2,4}.{0,300}<[^<>\s]{3,254}>\s?:$/u

const SEPARATOR = /^[-_\s]{2,60}(?:original message|forwarded message|ursprüngliche nachricht|originalnachricht|weitergeleitete nachricht|message d'origine|message original|message transféré|mensaje original|mensaje reenviado|исходное сообщение|пересылаемое сообщение|пересланное сообщение)[-_\s]{0,60}:?$/iu
const BEGIN_FORWARDED = /^(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|начало переадресованного сообщения)\s?:$/iu

const FROM_LINE = /^\*?(?:from|von|de|от|от кого|van|da)\s?:\*?\s?\S/iu
const BLOCK_LINE = /^\*?(?:sent|date|to|subject|cc|gesendet|datum|an|betreff|envoyé|à|objet|enviado(?: el)?|fecha|para|asunto|отправлено|дата|кому|тема|копия)\s?:\*?(?:\s|$)/iu

/** The text without quoted lines, the line that introduces them, and everything below the head of an earlier mail. */
export function ownWordsOf(text: string): string {
  const lines = text.split('\n')
  const own: string[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const line = short(lines[at])
    if (line.startsWith('>')) continue
    if (beginsEarlierMail(lines, at)) break
    const length = attributionLength(lines, at)
    if (length > 0) {
      // Answers may stand between the quoted lines; without quote marks all the rest is history.
      if (!nextFilled(lines, at + length).startsWith('>')) break
      at += length - 1
      continue
    }
    own.push(lines[at] ?? '')
  }
  return own.join('\n').trim()
}

/** The first line that is not empty, of the sender's own words. */
export function firstLineOf(ownWords: string): string {
  return ownWords.split('\n').find((line) => line.trim() !== '')?.trim() ?? ''
}

/** A separator, or the head that Outlook writes above the mail it answers: a From line with two more of its kind below. */
function beginsEarlierMail(lines: readonly string[], at: number): boolean {
  const line = short(lines[at])
  if (SEPARATOR.test(line) || BEGIN_FORWARDED.test(line)) return true
  if (!FROM_LINE.test(line)) return false
  return lines.slice(at + 1, at + 6).filter((one) => BLOCK_LINE.test(short(one))).length >= 2
}

/** How many lines an attribution takes that begins here; 0 when none does. */
function attributionLength(lines: readonly string[], at: number): number {
  const first = short(lines[at])
  if (first === '') return 0
  let joined = ''
  for (let length = 1; length <= MOST_ATTRIBUTION_LINES; length += 1) {
    const line = short(lines[at + length - 1])
    if (line === '' || line.startsWith('>')) return 0
    joined = joined === '' ? line : `${joined} ${line}`
    if (joined.length > LONGEST_LINE) return 0
    if (joined.endsWith(':')) return isAttribution(joined) ? length : 0
  }
  return 0
}

function isAttribution(line: string): boolean {
  if (DATE_AND_ADDRESS.test(line)) return true
  if (!/[\d@]/.test(line)) return false
  return WROTE.test(line) && (ATTRIBUTION_START.test(line) || /<[^<>\s]+@[^<>\s]+>/.test(line))
}

function nextFilled(lines: readonly string[], from: number): string {
  for (let at = from; at < lines.length; at += 1) {
    const line = short(lines[at])
    if (line !== '') return line
  }
  return ''
}

function short(line: string | undefined): string {
  return (line ?? '').slice(0, LONGEST_LINE).trim()
}
