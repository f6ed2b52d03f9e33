import type { ApiDocument, JsonSchema } from '../../../shared/api/index.ts'
import { resolved } from '../../support/described-api.ts'
import { NAUGHTY_TEXTS, NAUGHTY_VALUES } from './naughty.ts'
import type { Random } from './random.ts'

type Path = readonly (string | number)[]

interface Place {
  readonly path: Path
  readonly value: unknown
  readonly schema: JsonSchema
}

/** A body with something wrong in it: another type, a field too much or too few, too long, too large, too deep. Whether it is really wrong, the schema must tell. */
export function mutated(document: ApiDocument, schema: JsonSchema, body: unknown, random: Random): unknown {
  const places = placesIn(document, schema, body)
  const place = random.pick(places)
  const change = random.pick(CHANGES)
  const changed = setAt(body, place.path, change(place, random))
  return random.chance(0.3) ? mutated(document, schema, changed, random) : changed
}

type Change = (place: Place, random: Random) => unknown

const otherType: Change = (_, random) => random.pick(NAUGHTY_VALUES)
const oddText: Change = (_, random) => random.pick(NAUGHTY_TEXTS)
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const oneMore: Change = ({ value }, random) => (isObject(value) ? { ...value, [random.pick(NAUGHTY_TEXTS)]: random.pick(NAUGHTY_VALUES) } : [value])
const oneLess: Change = ({ value }, random) => {
  if (!isObject(value)) return undefined
  const gone = random.pick([...Object.keys(value), ''])
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== gone))
}
const tooLong: Change = ({ value, schema }, random) => {
  if (Array.isArray(value)) return Array.from({ length: Math.min(3_000, (schema.maxItems ?? 2_000) + 1) }, () => value[0] ?? 'x')
  return 'x'.repeat(Math.min(300_000, (schema.maxLength ?? random.pick([500, 5_000, 100_000])) + 1))
}
const outOfRange: Change = ({ schema }, random) => random.pick([(schema.maximum ?? 1e15) + 1, (schema.minimum ?? 0) - 1, 0.5, 1e300, -1e300, Number.MAX_SAFE_INTEGER + 2])
const tooDeep: Change = ({ value }, random) => Array.from({ length: random.pick([2, 10, 200]) }).reduce((inside) => (random.chance(0.5) ? [inside] : { a: inside }), value)
const otherCase: Change = ({ value }) => (typeof value === 'string' ? value.toUpperCase() + value : value)

const CHANGES: readonly Change[] = [otherType, otherType, oddText, oddText, oneMore, oneMore, oneLess, tooLong, outOfRange, tooDeep, otherCase]

/** Every value in a body with the schema it should follow. */
function placesIn(document: ApiDocument, schema: JsonSchema, value: unknown, path: Path = []): Place[] {
  const known = schemaFor(document, schema, value)
  const here: Place = { path, value, schema: known }
  if (path.length > 6) return [here]
  if (Array.isArray(value)) return [here, ...value.slice(0, 3).flatMap((one, index) => placesIn(document, known.items ?? {}, one, [...path, index]))]
  if (!isObject(value)) return [here]
  const further = typeof known.additionalProperties === 'object' ? known.additionalProperties : {}
  return [here, ...Object.entries(value).flatMap(([key, one]) => placesIn(document, (Object.hasOwn(known.properties ?? {}, key) ? known.properties?.[key] : undefined) ?? further, one, [...path, key]))]
}

/** Of several schemas the one that fits the kind of value that is there. */
function schemaFor(document: ApiDocument, schema: JsonSchema, value: unknown): JsonSchema {
  const target = resolved(document, schema)
  const among = target.anyOf ?? target.oneOf
  if (!among) return target
  const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
  const fits = among.map((one) => resolved(document, one))
  return fits.find(({ type }) => [type].flat().some((one) => one === kind || (one === 'integer' && kind === 'number'))) ?? fits[0] ?? target
}

function setAt(body: unknown, path: Path, value: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return value
  if (Array.isArray(body)) return body.map((one: unknown, index) => (index === first ? setAt(one, rest, value) : one))
  if (!isObject(body)) return body
  return Object.fromEntries(Object.entries(body).flatMap(([key, one]) => {
    if (key !== String(first)) return [[key, one] as const]
    const set = setAt(one, rest, value)
    return set === undefined ? [] : [[key, set] as const]
  }))
}
