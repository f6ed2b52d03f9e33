/** More lines than this below `-- ` are no signature but text. */
const MOST_SIGNATURE_LINES = 30
const LONGEST_LINE = 200
const DELIMITER = /^(?:--|—|––)\s*$/u
const RULE = /^[-_]{5,80}$/

/** What mail is written with, as the programs call it. */
const DEVICE = '(?:mail|outlook|yahoo|aol|gmail|gmx|web\\.de|proton ?mail|windows|samsung|galaxy|iphone|ipad|android|huawei|xiaomi|smartphone|handy|mobile|móvil|mobil\\w*|courrier|correo|телефон\\S*|смартфон\\S*|почт\\S*|мобильн\\S*|яндекс\\S*|планшет\\S*)'

/** What mail programs write under everything, of their own accord. */
const BY_THE_PROGRAM = [
  `sent (?:from|with|via|using) (?:my |the |a )?(?:\\S{1,20} ){0,2}${DEVICE}(?![\\p{L}]).{0,80}`,
  'get outlook for .{1,80}',
  '(?:diese nachricht wurde )?(?:von|mit) meine[mr] .{1,60} gesendet\\.?',
  `gesendet (?:von|mit|über|aus) (?:meine[mr] |der )?(?:\\S{1,20} ){0,2}${DEVICE}(?![\\p{L}]).{0,80}`,
  'holen sie sich outlook für .{1,80}',
  'outlook für .{1,20} (?:beziehen|abrufen|herunterladen).{0,80}',
  `envoyé (?:de|depuis|à partir de|avec|par) (?:mon |ma |l['’])?(?:\\S{1,20} ){0,2}${DEVICE}(?![\\p{L}]).{0,80}`,
  '(?:télécharger|téléchargez|obtenir|obtenez) outlook pour .{1,80}',
  'provenance : courrier pour .{1,40}',
  `enviado (?:desde|con) (?:mi |el )?(?:\\S{1,20} ){0,2}${DEVICE}(?![\\p{L}]).{0,80}`,
  '(?:obtener|obtén|obtenga|descargar) outlook para .{1,80}',
  `отправлено (?:с|со|из|через) (?:моего |моей )?(?:\\S{1,20} ){0,2}${DEVICE}(?![\\p{L}]).{0,80}`,
  '(?:получить|получите|скачать|скачайте|загрузить|загрузите) outlook для .{1,80}',
]
const PROGRAM_LINE = new RegExp(`^(?:${BY_THE_PROGRAM.join('|')})$`, 'iu')

/** The text without the signature below `-- `, and without the lines that mail programs add ("Sent from my iPhone"). A farewell and a name are the sender's own words and stay. */
export function withoutSignature(ownWords: string): string {
  const lines = ownWords.split('\n')
  withoutProgramLines(lines)
  const begin = lines.findLastIndex((line) => DELIMITER.test(line.slice(0, LONGEST_LINE)))
  if (begin < 0 || lines.length - begin > MOST_SIGNATURE_LINES) return lines.join('\n').trim()
  lines.length = begin
  withoutProgramLines(lines)
  return lines.join('\n').trim()
}

function withoutProgramLines(lines: string[]): void {
  while (lines.length > 0 && isNobodys(lines.at(-1) ?? '')) lines.pop()
}

function isNobodys(line: string): boolean {
  const short = line.slice(0, LONGEST_LINE).normalize().trim()
  return short === '' || RULE.test(short) || PROGRAM_LINE.test(short)
}
