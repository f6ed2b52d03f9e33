import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { createAnswerReader, type AnswerReader } from './answer-reader.ts'

export interface Place {
  readonly secure: boolean
  readonly hostname: string
  readonly port: number
}

export interface KeepingLimits {
  /** Connections at the same time; further calls wait for one. */
  readonly most: number
  /** How long an answer may take. */
  readonly patienceMilliseconds: number
  /** A connection that nobody used for so long may be dead already (a frozen function does not see it end), and is not used again. */
  readonly idleMilliseconds: number
}

/**
 * Sends a request and gives the status of its answer. The request is worked out, as it goes over the wire, when a connection is free for it. Throws when the connection fails or ends before the answer,
 * or when it takes too long: then nobody knows whether the call was heard.
 */
export type SendRequest = (request: () => string) => Promise<number>

interface Call {
  readonly request: () => string
  readonly answer: AnswerReader
  resolve(status: number): void
  reject(problem: Error): void
}

interface Connection {
  readonly socket: Socket
  call: Call | undefined
  failure: Error | undefined
  idleSince: number
}

/**
 * HTTP/1.1 over connections that are kept, one call at a time on each. For calls that are made by the thousand and answered by a status:
 * Node's own client takes three times as much of the processor for each.
 */
export function keepConnections({ secure, hostname, port }: Place, { most, patienceMilliseconds, idleMilliseconds }: KeepingLimits): SendRequest {
  const idle: Connection[] = []
  const waiting: Call[] = []
  let open = 0

  const begin = (connection: Connection, call: Call): void => {
    connection.call = call
    connection.socket.write(call.request())
  }

  /** The connection has done its call: the next one, or rest. */
  const rest = (connection: Connection): void => {
    const next = waiting.shift()
    if (next) return begin(connection, next)
    connection.idleSince = performance.now()
    // Resting connections keep no process alive.
    connection.socket.unref().setTimeout(idleMilliseconds)
    idle.push(connection)
  }

  const heard = (connection: Connection, chunk: Buffer): void => {
    const { socket, call } = connection
    // Nothing was asked: what comes can only be a farewell.
    if (call === undefined) return void socket.destroy()
    const answer = call.answer.read(chunk)
    if (answer === undefined) return
    connection.call = undefined
    call.resolve(answer.status)
    if (answer.keep) rest(connection)
    else socket.destroy()
  }

  const closed = (connection: Connection): void => {
    const { call, failure } = connection
    open -= 1
    const place = idle.indexOf(connection)
    if (place >= 0) idle.splice(place, 1)
    const answer = failure === undefined ? call?.answer.end() : undefined
    if (answer) call?.resolve(answer.status)
    else call?.reject(failure ?? new Error('The connection ended before the answer.'))
    const next = waiting.shift()
    if (next) begin(openConnection(), next)
  }

  const openConnection = (): Connection => {
    open += 1
    const socket = secure ? connectSecurely({ host: hostname, port, servername: hostname, ALPNProtocols: ['http/1.1'] }) : connect({ host: hostname, port })
    const connection: Connection = { socket, call: undefined, failure: undefined, idleSince: 0 }
    socket.setNoDelay(true)
    socket.setTimeout(patienceMilliseconds)
    socket.on('timeout', () => socket.destroy(connection.call && new Error('There was no answer in time.')))
    socket.on('error', (problem) => (connection.failure = problem))
    socket.on('data', (chunk) => {
      try {
        heard(connection, chunk)
      } catch (problem) {
        socket.destroy(problem instanceof Error ? problem : new Error(String(problem)))
      }
    })
    socket.once('close', () => closed(connection))
    return connection
  }

  /** One that rests and is fresh enough, else a new one; undefined when there are as many as may be. */
  const freeConnection = (): Connection | undefined => {
    for (let found = idle.pop(); found !== undefined; found = idle.pop()) {
      if (!found.socket.destroyed && performance.now() - found.idleSince < idleMilliseconds) {
        found.socket.ref().setTimeout(patienceMilliseconds)
        return found
      }
      found.socket.destroy()
    }
    return open < most ? openConnection() : undefined
  }

  return (request) =>
    new Promise<number>((resolve, reject) => {
      const call: Call = { request, answer: createAnswerReader(), resolve, reject }
      const connection = freeConnection()
      if (connection) begin(connection, call)
      else waiting.push(call)
    })
}
