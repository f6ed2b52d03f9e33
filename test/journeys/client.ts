import { createTransport, type SendMailOptions } from 'nodemailer'
import { inject } from 'vitest'
import type { ApiRoute } from '../../functions/routes.ts'
import { ApiProblem, createClient, type Client as TypedClient } from '../../shared/client/index.ts'
import { until as untilSeen } from '../support/until.ts'
import { expectAsDescribed } from './as-described.ts'

/** A client of the running product: nothing but HTTP and SMTP. */

export interface Answer<T = Record<string, unknown>> {
  readonly status: number
  readonly headers: Headers
  readonly body: T
  readonly text: string
}

export type Client = <T = Record<string, unknown>>(method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer<T>>

export const ADMIN = 'admin@leadline.example'

export async function tokenOf(email: string, more: Record<string, string> = {}): Promise<string> {
  const answer = await fetch(`${inject('ready').issuer}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'password', username: email, password: 'x', ...more }) })
  return ((await answer.json()) as { access_token: string }).access_token
}

export async function signedIn(email: string): Promise<Client> {
  return clientWith(await tokenOf(email))
}

export function clientWith(token: string | undefined, api = inject('ready').api): Client {
  return async <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(api + path, {
      method,
      redirect: 'manual',
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body) }),
    })
    const text = await answer.text()
    const contentType = answer.headers.get('content-type') ?? ''
    const content = contentType.includes('json') ? (JSON.parse(text) as unknown) : undefined
    await expectAsDescribed(api, token, { method, path, status: answer.status, contentType, body: content ?? text })
    return { status: answer.status, headers: answer.headers, text, body: content as T }
  }
}

/** The product's own typed client (API-1), which journeys use wherever they do not need to see the bare request or answer. */
export type Caller = TypedClient<ApiRoute>

/** The typed client as a person. Every answer is held against the description, as those of the bare client are. */
export async function clientOf(email: string): Promise<Caller> {
  const { api } = inject('ready')
  const token = await tokenOf(email)
  const described: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init)
    const text = await answer.clone().text()
    const contentType = answer.headers.get('content-type') ?? ''
    await expectAsDescribed(api, token, { method: init?.method ?? 'GET', path: String(input).slice(api.length), status: answer.status, contentType, body: contentType.includes('json') ? (JSON.parse(text) as unknown) : text })
    return answer
  }
  return createClient<ApiRoute>({ api, token, fetch: described })
}

/** What the API refused: status, code and the fields at fault. Throws when it refused nothing. */
export async function refusal(call: Promise<unknown>): Promise<{ status: number; code: string; at: string[] }> {
  const problem: unknown = await call.then(
    (answer) => new Error(`It was done: ${JSON.stringify(answer)?.slice(0, 500)}`),
    (error: unknown) => error,
  )
  if (!(problem instanceof ApiProblem)) throw problem
  return { status: problem.status, code: problem.code, at: problem.fields.map(({ pointer }) => pointer) }
}

let people = 0

/** Adds a person whom nobody else's journey knows. */
export async function aPerson(admin: Client, more: Record<string, unknown> = {}): Promise<{ id: string; email: string }> {
  people += 1
  const email = `person-${process.pid}-${people}-${Date.now().toString(36)}@leadline.example`
  const { status, body, text } = await admin('POST', '/v1/users', { name: `Person ${people}`, emails: [email], ...more })
  if (status !== 201) throw new Error(text)
  return { id: String(body['id']), email }
}

/** A person with both clients: `call` shows bare answers, `api` is what an application would use. */
export interface Person {
  readonly id: string
  readonly email: string
  readonly call: Client
  readonly api: Caller
}

/** Adds a person whom nobody else's journey knows, and signs them in. */
export async function aSignedInPerson(admin: Client, more: Record<string, unknown> = {}): Promise<Person> {
  const { id, email } = await aPerson(admin, more)
  return { id, email, call: await signedIn(email), api: await clientOf(email) }
}

/** Gives people a default role besides whoever has it: as a copy of their own, since journeys run side by side and would overwrite each other's bindings. */
export async function giveRole(admin: Client, name: string, ...bindings: Record<string, unknown>[]): Promise<void> {
  const roles = await admin<{ items: { id: string; name: string }[] }>('GET', '/v1/roles?limit=200')
  const role = roles.body.items.find((one) => one.name === name)
  if (!role) throw new Error(`There is no role ${name}.`)
  const copy = await admin('POST', `/v1/roles/${role.id}/clone`)
  const bound = await admin('PUT', `/v1/roles/${String(copy.body['id'])}/bindings`, { bindings })
  if (bound.status !== 200) throw new Error(bound.text)
}

export async function sendMail(mail: SendMailOptions & { envelope?: { from: string; to: string[] } }, smtp = inject('ready').smtp): Promise<void> {
  const [host, port] = smtp.split(':')
  const transport = createTransport({ host, port: Number(port), secure: false, ignoreTLS: true })
  try {
    await transport.sendMail(mail)
  } finally {
    transport.close()
  }
}

/** Looks again until something is so, or the time is up; gives how long it took. */
export async function until<T>(look: () => Promise<T | undefined>, milliseconds = 10_000): Promise<{ value: T; milliseconds: number }> {
  const started = performance.now()
  const [value] = await untilSeen(async () => {
    const seen = await look()
    return seen === undefined ? undefined : ([seen] as const)
  }, { milliseconds, pause: 25 })
  return { value, milliseconds: performance.now() - started }
}

export interface Entry {
  readonly id: string
  readonly kind: string
  readonly actorId: string | null
  readonly data: Record<string, unknown>
}

export async function timeline(client: Client, type: string, id: unknown): Promise<Entry[]> {
  const { status, body, text } = await client<{ items: Entry[] }>('GET', `/v1/items/${type}/${String(id)}/timeline?limit=200`)
  if (status !== 200) throw new Error(text)
  return body.items
}
