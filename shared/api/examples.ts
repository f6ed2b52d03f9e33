import type { JsonSchema } from './schema.ts'

export interface ExampleSurroundings {
  readonly components: Readonly<Record<string, JsonSchema>>
  /** The part of the API, such as `departments`: a name there is another than that of a user. */
  readonly area: string
}

/** Deeper than this only what must be there is shown: schemas may hold themselves. */
const DEEPEST = 10

const USER = 'usr_4k7q9w2x8m3v6b1n'
const MOMENT = '2026-11-21T09:30:00.000Z'

/** What people would write, by the name of the field; used where the schema takes it. */
const BY_NAME: Readonly<Record<string, unknown>> = {
  id: USER,
  name: 'Anna Berg',
  email: 'anna@leadline.example',
  title: 'Coffee machines for the canteen',
  firstName: 'Ida',
  lastName: 'Lind',
  middleName: 'Maria',
  companyTitle: 'Lind & Sons',
  post: 'Head of purchasing',
  industry: 'Catering',
  sourceId: 'fair',
  amount: '1200.00',
  price: '400.00',
  quantity: '3',
  unit: 'piece',
  taxRate: '21',
  'discount.value': '10',
  'phone.value': '+371 2000 0000',
  'binding.id': USER,
  'user.id': USER,
  'role.id': 'rol_7t3y9u1w5x2z8a4c',
  'department.id': 'dep_5h2j8r4t7y1k3m6p',
  'group.id': 'grp_2f6g8h1j4k7m9n3p',
  'stage.id': 'DEMO',
  'stage.title': 'Demonstration',
  'option.id': 'red',
  'option.title': 'Red',
  'section.title': 'About the deal',
  'field.name': 'title',
  requiredFrom: 'NEW',
  retired: false,
  filter: 'stageId=NEW',
  replyTo: 16,
  number: 17,
  currency: 'EUR',
  probability: 60,
  stageId: 'NEW',
  pipelineId: 'default',
  type: 'deal',
  code: 'equipment',
  subject: 'Your offer',
  text: 'Thank you for your call.',
  prefix: 'DID#',
  address: 'ida@customer.example',
  contentType: 'application/pdf',
  size: 48_213,
  version: 3,
  date: '2026-11-21',
  at: MOMENT,
  birthdate: '1985-04-12',
  beginDate: '2026-11-21',
  closeDate: '2026-12-18',
  operation: 'update',
  read: 'department',
  add: 'own',
  update: 'own',
  openapi: '3.1.0',
  url: 'https://www.example.com/',
  cursor: 'ODg.Qm9yZWRvbTIzNDU2Nzg5MA',
  nextCursor: 'ODg.Qm9yZWRvbTIzNDU2Nzg5MA',
}

const BY_AREA: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  departments: { id: 'dep_5h2j8r4t7y1k3m6p', name: 'North', parentId: 'dep_8v1b4n6m2q5w7e9r' },
  groups: { id: 'grp_2f6g8h1j4k7m9n3p', name: 'Fair team' },
  roles: { id: 'rol_7t3y9u1w5x2z8a4c', name: 'Manager' },
  files: { id: 'fil_9d3f5g7h1j2k4m6n', name: 'offer.pdf' },
  mail: { id: 'msg_6c1d8e4f2g9h5j3k' },
  chats: { id: 'cht_3e7r1t5y9u2i4o6p' },
  types: { id: 'online', title: 'Equipment', keyPrefix: 'EQ#' },
}

/** Of fields that are not given together, the second is left out where the first is shown and nothing demands both. */
const NOT_TOGETHER: readonly (readonly [string, string])[] = [
  ['productRows', 'amount'],
  ['ids', 'filter'],
  ['ids', 'cursor'],
  ['pipelines', 'stages'],
  ['multiple', 'options'],
  ['multiple', 'itemTypes'],
  ['flags', 'pipelines'],
  ['flags', 'fields'],
]

/** What fits many patterns, tried in turn. */
const TEXTS = ['Example', 'example', 'anna@leadline.example', USER, 'NEW', 'EUR', 'DID#', '88', '+371 2000 0000', '1200.00', '2026-11-21', '12:00', '"3"', 'https://www.example.com/', '#2f6feb', 'application/pdf']

const BY_FORMAT: Readonly<Record<string, string>> = { 'date-time': MOMENT, date: '2026-11-21', time: '09:30:00', uri: 'https://www.example.com/', email: 'anna@leadline.example', uuid: 'f2b4f6f0-58a1-4a5e-9a54-0b9f2b1c7d31' }

/** A value that the schema takes and that looks like what people would send. `name` is the field's, with that of the object it stands in before a dot. */
export function exampleOf(schema: JsonSchema, name: string, around: ExampleSurroundings, depth = 0): unknown {
  if (schema.$ref !== undefined) return exampleOf(around.components[schema.$ref.slice('#/components/schemas/'.length)] ?? {}, name, around, depth + 1)
  const given = schema.examples?.[0] ?? schema['example'] ?? schema.const
  if (given !== undefined) return given
  const own = name.slice(name.indexOf('.') + 1)
  const byName = (own === name ? undefined : BY_NAME[name]) ?? BY_AREA[around.area]?.[own] ?? BY_NAME[own]
  if (schema.enum) return schema.enum.includes(byName) ? byName : schema.enum[0]
  const among = schema.anyOf ?? schema.oneOf
  if (among) return exampleOf(among.find(({ type }) => type !== 'null') ?? {}, name, around, depth + 1)
  switch ([schema.type].flat().find((one) => one !== 'null')) {
    case 'object':
      return objectExample(schema, own, around, depth)
    case 'array':
      return schema.maxItems === 0 || (depth > DEEPEST && !schema.minItems) ? [] : [exampleOf(schema.items ?? {}, singular(own), around, depth + 1)]
    case 'string':
      return textExample(schema, own, byName)
    case 'integer':
    case 'number':
      return numberExample(schema, own, byName)
    case 'boolean':
      return schema.default ?? true
    default:
      return schema.type === 'null' ? null : (byName ?? {})
  }
}

function objectExample({ properties = {}, required = [], additionalProperties, ...rest }: JsonSchema, parent: string, around: ExampleSurroundings, depth: number): Record<string, unknown> {
  const isShown = ([name, schema]: readonly [string, JsonSchema]): boolean =>
    required.includes(name) || (schema.not === undefined && depth <= DEEPEST && !NOT_TOGETHER.some(([first, second]) => second === name && Object.hasOwn(properties, first)))
  const shown = Object.entries(properties).filter(isShown)
  const named = Object.fromEntries(shown.map(([name, schema]) => [name, exampleOf(schema, `${parent}.${name}`, around, depth + 1)]))
  if (Object.keys(properties).length > 0 || typeof additionalProperties !== 'object' || depth > DEEPEST) return named
  const key = textExample((rest['propertyNames'] as JsonSchema | undefined) ?? {}, 'type', 'deal')
  return { [key]: exampleOf(additionalProperties, '', around, depth + 1) }
}

function textExample(schema: JsonSchema, name: string, byName: unknown): string {
  const wanted = [byName, BY_FORMAT[schema.format ?? ''], byEnding(name), schema.default, ...TEXTS]
  const found = wanted.find((text) => typeof text === 'string' && takes(schema, text))
  return String(found ?? 'Example'.padEnd(schema.minLength ?? 0, '.').slice(0, schema.maxLength))
}

function byEnding(name: string): string | undefined {
  if (/department/i.test(name)) return String(BY_AREA['departments']?.['id'])
  if (/file/i.test(name)) return String(BY_AREA['files']?.['id'])
  if (name.endsWith('At')) return MOMENT
  return /(Id|By)$/.test(name) ? USER : undefined
}

function takes({ pattern, minLength = 0, maxLength = Infinity, allOf = [] }: JsonSchema, text: string): boolean {
  return text.length >= minLength && text.length <= maxLength && (pattern === undefined || new RegExp(pattern, 'u').test(text)) && allOf.every((one) => takes(one, text))
}

function numberExample({ minimum = -Infinity, maximum = Infinity, exclusiveMinimum, default: byDefault }: JsonSchema, name: string, byName: unknown): number {
  const wanted = [byDefault, byName, name === 'id' || name.endsWith('Id') ? 88 : undefined, 1, minimum, maximum]
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum : -Infinity
  return Number(wanted.find((one) => typeof one === 'number' && one >= minimum && one > above && one <= maximum) ?? 0)
}

function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/s$/, '')
}
