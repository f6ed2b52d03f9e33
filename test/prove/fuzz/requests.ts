import type { Parameter } from '../../../shared/api/schema.ts'
import { bodyPointer, resolved, type DescribedApi, type DescribedOperation } from '../../support/described-api.ts'
import { mutated } from './mutate.ts'
import { brokenBodies, NAUGHTY_IF_MATCH, NAUGHTY_KEYS, NAUGHTY_PATH_PARTS, NAUGHTY_TEXTS, NAUGHTY_TOKENS } from './naughty.ts'
import type { Random } from './random.ts'

/** A request that must be refused. */
export interface BadRequest {
  readonly method: string
  /** As it stands in the request line. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | undefined
  /** What is wrong with it. */
  readonly what: string
}

/** Names of things that are there, for the parts of a request that are right. */
export interface Things {
  /** Parts of paths by their name, such as `type`; by the area too, such as `users.id`, or by the whole path. */
  readonly parts: Readonly<Record<string, string>>
  /** What examples name, and what it is called here. */
  readonly inBodies: ReadonlyMap<unknown, unknown>
}

type Wrong = (random: Random) => BadRequest | undefined

/** How often a mutated body may turn out right before another kind of wrong is taken. */
const MOST_TRIES = 25

/** Makes malformed requests for one route: for each way of being wrong that it has, as often as for each other. */
export function badRequestsFor(api: DescribedApi, one: DescribedOperation, things: Things): (random: Random) => BadRequest {
  const { method, path, operation } = one
  const base = { method, target: targetOf(path, things), headers: {}, body: undefined }
  const body = bodyOf(api, one, things)
  const withBody = body === undefined ? base : { ...base, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body.valid)) }
  const broken = body === undefined ? [] : brokenBodies(JSON.stringify(body.valid))
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query')
  const filters = query.some(({ style }) => style === 'form')
  const names = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = '']) => name).filter((name) => !FREE_PARTS.has(name))

  const wrong: Wrong[] = [
    (random) => {
      // A list takes any name for a filter, so only a name that no field can have is surely wrong.
      const name = filters ? `${random.pick(['no such', '1x', 'a.b', 'title[xx]', 'title[', '[eq]', 'odd[eq]', '__proto__', 'constructor'])}` : random.pick(NAUGHTY_TEXTS)
      return { ...withBody, target: `${withBody.target}?${escaped(name)}=${escaped(random.pick(NAUGHTY_TEXTS))}`, what: 'unknown parameter' }
    },
    (random) => {
      const name = random.pick(query.length > 0 && !filters ? query.map((parameter) => parameter.name) : ['a'])
      return { ...withBody, target: `${withBody.target}?${name}=1&${name}=1`, what: 'parameter given twice' }
    },
  ]
  if (operation.parameters?.some(({ name }) => name === 'If-Match')) wrong.push((random) => ({ ...withBody, headers: { ...withBody.headers, 'if-match': random.pick(NAUGHTY_IF_MATCH) }, what: 'If-Match' }))
  if (method === 'POST' && !isPublic(one)) wrong.push((random) => ({ ...withBody, headers: { ...withBody.headers, 'idempotency-key': random.pick(NAUGHTY_KEYS) }, what: 'Idempotency-Key' }))
  if (!isPublic(one)) wrong.push((random) => ({ ...withBody, headers: { ...withBody.headers, authorization: random.pick(NAUGHTY_TOKENS) }, what: 'token' }))
  if (names.length > 0) {
    const part: Wrong = (random) => {
      const name = random.pick(names)
      const replaced = random.pick(NAUGHTY_PATH_PARTS)
      // The first attachment of a mail is there.
      if (name === 'n' && /^0+$/.test(replaced)) return undefined
      return { ...withBody, target: targetOf(path, things, { [name]: replaced }), what: `{${name}}` }
    }
    wrong.push(part, part)
  }
  if (query.length > 0) wrong.push((random) => wrongParameter(api, one, withBody, random.pick(query), random))
  if (body) {
    const content: Wrong = (random) => {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const changed = mutated(api.document, body.schema, body.valid, random)
        if (changed !== undefined && api.faults(body.pointer, changed).length > 0) return { ...withBody, body: Buffer.from(JSON.stringify(changed)), what: 'body' }
      }
      return undefined
    }
    wrong.push(content, content, content, content, content, (random) => {
      const { what, body: bytes, contentType } = random.pick(broken)
      return { ...withBody, headers: contentType === '' ? {} : { 'content-type': contentType ?? 'application/json' }, body: bytes, what: `body: ${what}` }
    })
  }
  return (random) => {
    for (;;) {
      const made = random.pick(wrong)(random)
      if (made) return made
    }
  }
}

/** Makes requests that are well-formed and odd: their bodies and parameters are what the description allows, and what nobody would send. */
export function oddRequestsFor(api: DescribedApi, one: DescribedOperation, things: Things): (random: Random) => BadRequest {
  const { method, path, operation } = one
  const body = bodyOf(api, one, things)
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query')
  return (random) => {
    const changed = body && oddBody(api, body, random)
    const parameters = query.filter(() => random.chance(0.5)).map(({ name, style, schema }) => `${style === 'form' ? random.pick(ODD_FILTERS) : name}=${escaped(String(schema.enum ? random.pick(schema.enum) : schema.type === 'integer' ? 1 + random.below(200) : random.pick(NAUGHTY_TEXTS)))}`)
    const free = Object.fromEntries([...FREE_PARTS].map((name) => [name, escaped(random.pick(NAUGHTY_TEXTS))]))
    return {
      method,
      target: `${targetOf(path, things, free)}${parameters.length > 0 ? `?${parameters.join('&')}` : ''}`,
      headers: body ? { 'content-type': 'application/json' } : {},
      body: body ? Buffer.from(JSON.stringify(changed)) : undefined,
      what: 'nothing but odd values',
    }
  }
}

const ODD_FILTERS = ['title[contains]', 'title[gt]', 'amount[ge]', 'stageId[in]', 'createdAt[lt]', 'responsibleId', 'opened', 'companyId', 'contactIds', 'contactIds[in]', 'probability[le]', 'fields.colour', 'createdBy[ne]']

function oddBody(api: DescribedApi, { schema, valid, pointer }: Body, random: Random): unknown {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const changed = mutated(api.document, schema, valid, random)
    if (changed !== undefined && api.faults(pointer, changed).length === 0) return changed
  }
  return valid
}

/** Parts of paths that take any text: whatever is sent means something. */
const FREE_PARTS = new Set(['sign', 'token', 'action'])

function isPublic({ operation }: DescribedOperation): boolean {
  return operation.security !== undefined
}

function targetOf(path: string, { parts }: Things, replaced: Readonly<Record<string, string>> = {}): string {
  const area = path.split('/')[2] ?? ''
  return path.replaceAll(/\{(\w+)\+?\}/g, (_, name: string) => replaced[name] ?? parts[`${path}.${name}`] ?? parts[`${area}.${name}`] ?? parts[name] ?? 'nothing')
}

interface Body {
  readonly valid: unknown
  readonly schema: Parameter['schema']
  readonly pointer: string
}

/** A body that the schema takes, naming things that are there. Items are sent as deals. */
function bodyOf(api: DescribedApi, one: DescribedOperation, things: Things): Body | undefined {
  const media = one.operation.requestBody?.content['application/json']
  if (!media?.schema) return undefined
  const examples = Object.keys(media.examples ?? {})
  const type = examples.indexOf('deal')
  const schema = type >= 0 ? media.schema.anyOf?.[type] : media.schema
  const example = type >= 0 ? media.examples?.['deal']?.value : media.example
  const valid = withThings(example, things.inBodies)
  return { valid, schema: resolved(api.document, schema ?? {}), pointer: schema?.$ref ?? bodyPointer(one) }
}

function withThings(value: unknown, things: ReadonlyMap<unknown, unknown>): unknown {
  if (things.has(value)) return things.get(value)
  if (Array.isArray(value)) return value.map((one) => withThings(one, things))
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withThings(one, things)]))
  return value
}

/** A value that a parameter does not take; none, where it takes any text. */
function wrongParameter(api: DescribedApi, one: DescribedOperation, base: Omit<BadRequest, 'what'>, { name, schema, style }: Parameter, random: Random): BadRequest | undefined {
  if (style === 'form') return undefined
  const place = (one.operation.parameters ?? []).findIndex((parameter) => parameter.in === 'query' && parameter.name === name)
  const pointer = `#/paths/${encodeURIComponent(one.path.replaceAll('/', '~1'))}/${one.method.toLowerCase()}/parameters/${place}/schema`
  const isNumber = schema.type === 'integer' || schema.type === 'number'
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const text = random.pick([...NAUGHTY_TEXTS, '201', '0', '-5', '1.5', '1e9', 'x'.repeat(2_001)])
    const meant = isNumber ? Number(text) : text
    if (Number.isNaN(meant) || api.faults(pointer, meant).length > 0) return { ...base, target: `${base.target}?${name}=${escaped(text)}`, what: `?${name}` }
  }
  return undefined
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
