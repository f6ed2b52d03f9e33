/**
 * Which part of a mail's text its sender wrote for it, and which is the quoted history below or between. Line by line and in one
 * pass, since a hostile mail may hold any text: expressions look at single lines of bounded length only.
 */

const LONGEST_LINE = 500
/** An attribution ("On ... Anna wrote:") is broken over at most so many lines. */
const MOST_ATTRIBUTION_LINES = 3

/** "Anna wrote:" in the languages that mail programs speak, at the end of an attribution. */
const WROTE = /(?:\bwrote|\bschrieb(?:\s.{1,200})?|\bgeschrieben|\ba écrit|\bescribió|\bescribio|\bha scritto|\bschreef(?:\s.{1,200})?|\bescreveu|\bskrev(?:\s.{1,200})?|\bnapisał(?:\(a\))?|написала?(?:\(а\))?|пишет|писал(?:\(а\)|а)?)\s?:$/iu
const ATTRIBUTION_START = /^(?:on|am|le|el|il|op|em|den|w dniu|в|во|\d{1,2}(?!\d)|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье)(?![\p{L}])/iu
/** The Bat! names the date alone: `Вы писали 1 марта 2026 г., 10:00:00:`. */
const YOU_WROTE = /^(?:вы писали|you wrote)\s.{0,60}\d{1,2}:\d{2}(?::\d{2})?\s?:$/iu
const NUMERIC_DATE = /(?<!\d)\d{1,4}[./-]\d{1,2}[./-]\d{2,4}(?!\d)/u
const YEAR = /(?<!\d)(?:19|20)\d{2}(?!\d)/u
const TIME = /(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)/u
/** Russian programs name date and address with no verb at all: `вс, 1 мар. 2026 г. в 10:00, Anna <anna@...>:`, `01.02.2026, 10:00, "Anna" <anna@...>:`. */
const STARTS_WITH_DATE = /^(?:\p{L}{1,14}[.,]{0,2}\s){0,2}\d{1,2}[\s./]/u
/** `Anna <anna@...> schrieb am ...:` */
const NAMED = /^[^<>]{0,100}<[^<>\s]{1,200}@[^<>\s]{1,200}>/u
const ENDS_WITH_ADDRESS = /<[^<>\s]{1,200}@[^<>\s]{1,200}>\s?:$/u

const EARLIER = [
  'original message', 'forwarded message', 'original appointment',
  'ursprüngliche (?:nachricht|mail)', 'original-?nachricht', 'weitergeleitete nachricht',
  "message d['’]origine", '(?:message|mail) original', 'message (?:transféré|réexpédié)',
  'mensaje (?:original|reenviado)',
  '(?:исходное|пересылаемое|пересланное|переадресованное) сообщение',
  'messaggio (?:originale|inoltrato)', 'oorspronkelijk bericht', 'doorgestuurd bericht', 'mensagem original',
].join('|')
const SEPARATOR = new RegExp(`^[-_\\s]{2,60}(?:${EARLIER})[-_\\s]{0,60}:?$`, 'iu')
/** A line across, as the web's Outlook draws it above the head of the earlier mail. */
const RULE = /^[-_]{5,80}$/
const BEGIN_FORWARDED = /^(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|начало переадресованного сообщения)\s?:$/iu

const FROM_LINE = /^\*?(?:from|von|de|от|от кого|van|da)\s?:\s?\*?\s*\S/iu
const BLOCK_LINE = /^\*?(?:sent|date|to|subject|cc|gesendet|datum|an|betreff|envoyé|à|objet|enviado(?: el)?|fecha|para|asunto|отправлено|дата|кому|тема|копия)\s?:\s?\*?(?:\s|\p{L}|\p{N}|["'<]|$)/iu

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
      if (!short(lines[nextFilled(lines, at + length)]).startsWith('>')) break
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

/** A separator, or the head of an earlier mail as Outlook and others write it above what they answer. */
function beginsEarlierMail(lines: readonly string[], at: number): boolean {
  const line = short(lines[at])
  if (SEPARATOR.test(line) || BEGIN_FORWARDED.test(line)) return true
  if (!RULE.test(line)) return beginsHead(lines, at)
  return beginsHead(lines, nextFilled(lines, at + 1))
}

/** A From line with two more of its kind below; where other lines come first, as web mail does, all of them together. */
function beginsHead(lines: readonly string[], at: number): boolean {
  const line = short(lines[at])
  if (FROM_LINE.test(line)) return lines.slice(at + 1, at + 6).filter((one) => BLOCK_LINE.test(short(one))).length >= 2
  if (!BLOCK_LINE.test(line)) return false
  const head = lines.slice(at, at + 4).map(short)
  const end = head.findIndex((one) => !FROM_LINE.test(one) && !BLOCK_LINE.test(one))
  const together = end < 0 ? head : head.slice(0, end)
  return together.length >= 3 && together.some((one) => FROM_LINE.test(one))
}

/** How many lines an attribution takes that begins here; 0 when none does. */
function attributionLength(lines: readonly string[], at: number): number {
  const parts: string[] = []
  for (let length = 1; length <= MOST_ATTRIBUTION_LINES; length += 1) {
    const line = short(lines[at + length - 1])
    if (line === '' || line.startsWith('>')) return 0
    parts.push(line)
    const joined = parts.join(' ')
    if (joined.length > LONGEST_LINE) return 0
    if (!joined.endsWith(':')) continue
    if (!isAttribution(joined, line.length === joined.length || (parts[0] ?? '').includes('<'))) return 0
    // A line of one's own right above it is not part of it.
    const isBelow = parts.some((_, from) => from > 0 && isDated(parts.slice(from).join(' ')) && isAttribution(parts.slice(from).join(' '), true))
    return isBelow ? 0 : length
  }
  return 0
}

/** `beginsWithSender`: what stands before the address can be a name alone. */
function isAttribution(line: string, beginsWithSender: boolean): boolean {
  const dated = isDated(line)
  if (dated && STARTS_WITH_DATE.test(line) && ENDS_WITH_ADDRESS.test(line)) return true
  if (YOU_WROTE.test(line)) return true
  // "2 things that Anna wrote:" is a sentence; an introduction says when, or who by their address.
  if (!dated && !line.includes('@')) return false
  return WROTE.test(line) && (ATTRIBUTION_START.test(line) || (beginsWithSender && NAMED.test(line)))
}

function isDated(line: string): boolean {
  return NUMERIC_DATE.test(line) || (YEAR.test(line) && TIME.test(line))
}

/** The place of the next line that is not empty; beyond the end when there is none. */
function nextFilled(lines: readonly string[], from: number): number {
  let at = from
  while (at < lines.length && short(lines[at]) === '') at += 1
  return at
}

function short(line: string | undefined): string {
  // Accents come as one sign or as two.
  return (line ?? '').slice(0, LONGEST_LINE).normalize().trim()
}
