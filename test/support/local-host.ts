import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

/** The line that the host prints when everything answers. */
export interface Ready {
  readonly ready: true
  readonly api: string
  readonly websocket: string
  readonly smtp: string
  readonly issuer: string
  readonly mailAddress: string
  readonly outbox: string
}

export interface LocalHostOptions {
  /** A company with its administrator alone. Default true: a journey makes what it needs. */
  readonly empty?: boolean
  /** Data folder of an earlier run. Default: a new one, which `stop` removes. */
  readonly data?: string
  /** Default 0: any. */
  readonly port?: number
  readonly smtpPort?: number
  /** Further settings, such as `LEADLINE_WEB_ORIGINS`. */
  readonly environment?: Readonly<Record<string, string>>
}

export interface RequestOptions {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON, unless it is text or bytes already. */
  readonly body?: unknown
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body read as JSON; throws when it is none. */
  json<T = unknown>(): T
}

/** The real host in a process of its own. */
export interface LocalHost {
  /** Of the present start: ports may be others after `restart`. */
  readonly ready: Ready
  readonly data: string
  /** All it has written to standard error so far. */
  readonly log: string
  /** A token for the person with this address. */
  token(email: string): Promise<string>
  /** One request to the API (`/v1/...`) or to any other path of the host (`/_local/...`). */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>
  /** Asks for trouble, see infra/local/faults.ts. */
  fault(rule: Readonly<Record<string, unknown>>): Promise<void>
  /** Ends it with SIGTERM, waits for that, and removes the data folder if it was made here. Gives the exit code. */
  stop(): Promise<number | null>
  /** Ends it with SIGKILL and leaves the data. */
  kill(): Promise<void>
  /** Resolves when the process has ended by itself, as after the fault `kill-host`. */
  ended(): Promise<void>
  /** Starts it again on the same data; first kills it if it still runs. */
  restart(): Promise<void>
}

const repository = resolve(import.meta.dirname, '../..')
/** Milliseconds that a start may take on a busy machine. */
const startLimit = 60_000

/** Starts `infra/local/start.ts` as `npm start` does and waits for its ready line. */
export async function startLocalHost(options: LocalHostOptions = {}): Promise<LocalHost> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'leadline-data-')))
  let run = await launch(data, options)

  return {
    get ready() {
      return run.ready
    },
    data,
    get log() {
      return run.log()
    },
    async token(email) {
      const form = new URLSearchParams({ grant_type: 'password', username: email, password: 'any' })
      const answer = await fetch(`${run.ready.issuer}/token`, { method: 'POST', body: form })
      if (!answer.ok) throw new Error(`No token for ${email}: ${answer.status} ${await answer.text()}`)
      return ((await answer.json()) as { access_token: string }).access_token
    },
    request: (method, path, given = {}) => request(`${run.ready.api}${path}`, method, given),
    async fault(rule) {
      const answer = await request(`${run.ready.api}/_local/faults`, 'POST', { body: rule })
      if (answer.status !== 201) throw new Error(`The fault was refused: ${answer.text}`)
    },
    async stop() {
      run.process.kill('SIGTERM')
      await run.ended
      if (options.data === undefined) await rm(data, { recursive: true, force: true })
      return run.process.exitCode
    },
    async kill() {
      run.process.kill('SIGKILL')
      await run.ended
    },
    ended: () => run.ended,
    async restart() {
      run.process.kill('SIGKILL')
      await run.ended
      run = await launch(data, options)
    },
  }
}

interface Run {
  readonly process: ChildProcess
  readonly ready: Ready
  readonly ended: Promise<void>
  log(): string
}

async function launch(data: string, { empty = true, port = 0, smtpPort = 0, environment = {} }: LocalHostOptions): Promise<Run> {
  const parameters = ['--port', String(port), '--smtp-port', String(smtpPort), '--data', data, ...(empty ? ['--empty'] : [])]
  const child = spawn(process.execPath, ['infra/local/start.ts', ...parameters], {
    cwd: repository,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // A test run that is cut short must not leave hosts behind.
  const endWithUs = (): void => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const ended = once(child, 'close').then(() => void process.off('exit', endWithUs))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const late = AbortSignal.timeout(startLimit)
  const first = await Promise.race([lines.next(), once(late, 'abort').then(() => undefined)])
  if (first === undefined || first.done === true) {
    child.kill('SIGKILL')
    await ended
    throw new Error(`The local host ${first === undefined ? `was not ready within ${startLimit / 1_000} s` : 'ended before it was ready'}:\n${log.slice(-4_000)}`)
  }
  return { process: child, ready: JSON.parse(first.value) as Ready, ended, log: () => log }
}

async function request(address: string, method: string, { token, headers, body }: RequestOptions): Promise<Answer> {
  const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
  const answer = await fetch(address, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isRaw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, json: <T>() => JSON.parse(text) as T }
}
