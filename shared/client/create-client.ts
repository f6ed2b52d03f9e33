import { ApiProblem, problemOf } from './api-problem.ts'
import type { Arguments, CallInput, CallName, CallOutput, ListItem, ListName, RouteTypes } from './calls.ts'
import { passes, pause, pauseBefore, type Patience } from './patience.ts'
import { requestOf, type OutgoingRequest } from './request.ts'

export interface ClientSettings {
  /** Address of the API, without `/v1`. */
  readonly api: string
  /** The bearer token, or where to get the present one; asked before every try. */
  readonly token?: string | (() => string | Promise<string>)
  readonly patience?: Patience
  /** Another `fetch`, for instance one that counts. */
  readonly fetch?: typeof globalThis.fetch
}

export interface CallOptions {
  readonly signal?: AbortSignal
  /** For POST, in place of one made here: to send the same request again from another process or after a crash. */
  readonly idempotencyKey?: string
}

/** A client of the API. Calls throw an ApiProblem for what the API refuses. */
export interface Client<R extends RouteTypes> {
  <Name extends CallName<R>>(name: Name, ...rest: Arguments<CallInput<R, Name>, CallOptions>): Promise<CallOutput<R, Name>>
  /** Everything a list has, fetched page by page as it is asked for. */
  each<Name extends ListName<R>>(name: Name, ...rest: Arguments<CallInput<R, Name>, CallOptions>): AsyncGenerator<ListItem<R, Name>, void, undefined>
  /** Where a call points to (302), such as the address of an attachment. It needs no token and ends soon. In browsers it cannot be seen: use the answer of `fetch` there. */
  location<Name extends CallName<R>>(name: Name, ...rest: Arguments<CallInput<R, Name>, CallOptions>): Promise<string>
}

/** Makes a client whose calls are typed by a route table: `createClient<ApiRoute>({ api, token })`. */
export function createClient<R extends RouteTypes>(settings: ClientSettings): Client<R> {
  // What was read is remembered with its ETag, so that it can be named as the version a change is meant for.
  const etags = new WeakMap<object, string>()

  async function call(name: string, input: Readonly<Record<string, unknown>> = {}, options: CallOptions = {}): Promise<unknown> {
    const answer = await send(settings, requestOf(settings.api, name, input, (read) => etags.get(read)), options)
    const body = await bodyOf(answer)
    const etag = answer.headers.get('etag')
    if (etag !== null && typeof body === 'object' && body !== null) etags.set(body, etag)
    return body
  }

  async function* each(name: string, input: Readonly<Record<string, unknown>> = {}, options: CallOptions = {}): AsyncGenerator<unknown, void, undefined> {
    let cursor: unknown
    do {
      const page = (await call(name, { ...input, ...(cursor === undefined ? {} : { cursor }) }, options)) as { items: readonly unknown[]; nextCursor: string | null }
      yield* page.items
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }

  async function location(name: string, input: Readonly<Record<string, unknown>> = {}, options: CallOptions = {}): Promise<string> {
    const answer = await send(settings, requestOf(settings.api, name, input, (read) => etags.get(read)), options)
    const address = answer.headers.get('location')
    if (address === null) throw new TypeError(`${name} does not point anywhere.`)
    return address
  }

  // The signatures are those of the table; the work is the same for every row.
  return Object.assign(call, { each, location }) as unknown as Client<R>
}

/** Sends a request until it is answered for good. */
async function send({ token, patience = {}, fetch = globalThis.fetch }: ClientSettings, request: OutgoingRequest, { signal, idempotencyKey }: CallOptions): Promise<Response> {
  const { tries = 5 } = patience
  // One key for all tries: whatever became of the first, it happens once (API-3).
  const once = request.method === 'POST' ? { 'idempotency-key': idempotencyKey ?? crypto.randomUUID() } : {}
  let wasLost = false
  for (let attempt = 1; ; attempt += 1) {
    const bearer = typeof token === 'function' ? await token() : token
    const headers = { ...request.headers, ...once, ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }) }
    const answer = await reach(fetch, request, headers, signal)
    const isLast = attempt >= tries
    if (answer instanceof ApiProblem) {
      if (isLast) throw answer
      wasLost = true
      await pause(pauseBefore(attempt, patience), signal)
      continue
    }
    // A redirect that the caller wants to see: opaque in browsers, plain in Node.
    if (answer.ok || answer.type === 'opaqueredirect' || (answer.status >= 300 && answer.status < 400)) return answer
    const problem = problemOf(answer.status, await bodyOf(answer), answer.headers.get('apigw-requestid'))
    // The try before may have done it: then it is gone, and that is what was asked for.
    if (request.method === 'DELETE' && wasLost && answer.status === 404) return new Response(null, { status: 204 })
    const mayPass = passes(answer.status) || (wasLost && problem.code === 'idempotency.under_way')
    if (isLast || !mayPass) throw problem
    if (answer.status === 503) wasLost = true
    await pause(pauseBefore(attempt, patience, answer.headers.get('retry-after')), signal)
  }
}

/** The answer, or the problem that there was none. An aborted call ends with the signal's reason. */
async function reach(fetch: typeof globalThis.fetch, { address, method, body }: OutgoingRequest, headers: Record<string, string>, signal: AbortSignal | undefined): Promise<Response | ApiProblem> {
  try {
    return await fetch(address, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }), ...(signal ? { signal } : {}) })
  } catch (error) {
    signal?.throwIfAborted()
    return new ApiProblem({ status: 0, code: 'network.failed', detail: `${method} ${address} was not answered.`, cause: error })
  }
}

/** JSON as what it says, other text as text, nothing as undefined. */
async function bodyOf(answer: Response): Promise<unknown> {
  const text = await answer.text()
  if (text === '') return undefined
  return /[/+]json/.test(answer.headers.get('content-type') ?? '') ? (JSON.parse(text) as unknown) : text
}
