/** An attribute value as it travels: `{ "S": "text" }`, `{ "N": "12" }`, `{ "B": "<base64>" }`, `{ "M": {...} }`, ... */
export type Value = Readonly<Record<string, unknown>>
export type Item = Readonly<Record<string, Value>>

export function typeOf(value: Value): string {
  for (const type in value) return type
  return ''
}

export function isItem(thing: unknown): thing is Item {
  return typeof thing === 'object' && thing !== null && !Array.isArray(thing)
}

/**
 * Negative, zero or positive as DynamoDB orders keys and compares values; undefined where the types have no common order.
 * Numbers compare as doubles: two that differ only after the fifteenth digit count as equal.
 */
export function compareValues(left: Value, right: Value): number | undefined {
  const type = typeOf(left)
  if (type !== typeOf(right)) return undefined
  const [a, b] = [String(left[type]), String(right[type])]
  switch (type) {
    case 'N':
      return Number(a) - Number(b)
    case 'S':
      return Buffer.compare(Buffer.from(a), Buffer.from(b))
    case 'B':
      return Buffer.compare(Buffer.from(a, 'base64'), Buffer.from(b, 'base64'))
    default:
      return undefined
  }
}

/** Equal as DynamoDB sees it: numbers by value, sets and maps without order, lists with it. */
export function equalValues(left: Value, right: Value): boolean {
  return canonical(left) === canonical(right)
}

export function equalItems(left: Item, right: Item): boolean {
  return canonical({ M: left }) === canonical({ M: right })
}

/** Names one row of one table, so that equal keys give equal text. */
export function rowName(table: string, key: Item, keyNames: readonly string[]): string {
  return `${table}\n${keyNames.map((name) => canonical(key[name] ?? {})).join('\n')}`
}

/** The attributes of a row that make up a key. */
export function pick(item: Item, names: readonly string[]): Item {
  const picked: Record<string, Value> = {}
  for (const name of names) {
    const value = item[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}

function canonical(value: Value): string {
  const type = typeOf(value)
  const content = value[type]
  if (type === 'N') return `N${canonicalNumber(String(content))}`
  if (type === 'M' && isItem(content)) {
    const entries = Object.entries(content).map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`)
    return `M{${entries.toSorted().join()}}`
  }
  if (Array.isArray(content)) {
    if (type === 'L') return `L[${content.map((inner: Value) => canonical(inner)).join()}]`
    const members = content.map((inner: unknown) => (type === 'NS' ? canonicalNumber(String(inner)) : JSON.stringify(inner)))
    return `${type}[${members.toSorted().join()}]`
  }
  return type + JSON.stringify(content)
}

/** `1`, `1.0` and `1e0` are one number; all 38 digits count. */
function canonicalNumber(text: string): string {
  const parts = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text)
  if (parts === null) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  return `${sign === '-' ? '-' : ''}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}

/** Bytes that DynamoDB counts for an item: names and values in UTF-8; numbers and nesting roughly as its documents tell. */
export function sizeOfItem(item: Item): number {
  let bytes = 0
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + sizeOf(value)
  return bytes
}

function sizeOf(value: Value): number {
  const type = typeOf(value)
  const content = value[type]
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(content))
    case 'N':
      return Math.ceil(String(content).length / 2) + 1
    case 'B':
      return Buffer.byteLength(String(content), 'base64')
    case 'M':
      return 3 + (isItem(content) ? sizeOfItem(content) + Object.keys(content).length : 0)
    case 'L':
      return 3 + (Array.isArray(content) ? content.reduce((sum: number, inner: Value) => sum + sizeOf(inner) + 1, 0) : 0)
    case 'SS':
    case 'NS':
    case 'BS':
      return Array.isArray(content) ? content.reduce((sum: number, inner: unknown) => sum + sizeOf({ [type.charAt(0)]: inner }), 0) : 0
    default:
      return 1
  }
}
