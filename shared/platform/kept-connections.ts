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
  /** Calls on their way over one connection before the first of them is answered (RFC 9112, 9.3.2). They must be such as may be made twice. */
  readonly deep: number
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
  resolve(status: number): void
  reject(problem: Error): void
}

interface Connection {
  readonly socket: Socket
  readonly answers: AnswerReader
  /** On their way, the first first. */
  readonly calls: Call[]
  /** Of these calls, what is not written yet: all that is asked for in one moment is written at once. */
  unwritten: string
  failure: Error | undefined
  idleSince: number
}

/**
 * HTTP/1.1 over connections that are kept, several calls on each. For calls that are made by the thousand and answered by a status:
 * Node's own client takes many times as much of the processor for each. Where a connection ends with several calls unanswered, they go one by one from then on.
 */
export function keepConnections({ secure, hostname, port }: Place, { most, deep, patienceMilliseconds, idleMilliseconds }: KeepingLimits): SendRequest {
  /** Those with nothing to do, the one that was used last at the end. */
  const resting: Connection[] = []
  /** Those with something to do and room for another call. */
  const roomy = new Set<Connection>()
  const waiting: Call[] = []
  let open = 0
  let depth = deep

  const begin = (connection: Connection, call: Call): void => {
    const { calls, socket } = connection
    roomy.delete(connection)
    // To the end, so that all are filled evenly.
    if (calls.push(call) < depth) roomy.add(connection)
    if (connection.unwritten === '') {
      queueMicrotask(() => {
        socket.write(connection.unwritten)
        connection.unwritten = ''
      })
    }
    connection.unwritten += call.request()
  }

  /** The connection has room: for those that wait, or for whoever comes. */
  const makeRoom = (connection: Connection): void => {
    for (let next = waiting.shift(); next; next = connection.calls.length < depth ? waiting.shift() : undefined) begin(connection, next)
    if (connection.calls.length >= depth) return
    if (connection.calls.length > 0) return void roomy.add(connection)
    roomy.delete(connection)
    resting.push(connection)
    connection.idleSince = performance.now()
    // Resting connections keep no process alive.
    connection.socket.unref().setTimeout(idleMilliseconds)
  }

  const heard = (connection: Connection, chunk: Buffer): void => {
    const { socket, calls, answers } = connection
    // Nothing was asked: what comes can only be a farewell, and perhaps not the whole of it.
    if (calls.length === 0) return leave(connection)
    for (const { status, keep } of answers.read(chunk)) {
      const call = calls.shift()
      call?.resolve(status)
      if (call === undefined || !keep) return leave(connection)
    }
    if (calls.length < depth && !socket.destroyed) makeRoom(connection)
  }

  const leave = (connection: Connection, problem?: Error): void => {
    forget(connection)
    connection.socket.destroy(problem)
  }

  const forget = (connection: Connection): void => {
    roomy.delete(connection)
    const place = resting.indexOf(connection)
    if (place >= 0) resting.splice(place, 1)
  }

  const closed = (connection: Connection): void => {
    const { calls, failure, answers, socket } = connection
    open -= 1
    forget(connection)
    if (calls.length > 1 && socket.bytesWritten > 0) depth = 1
    const answer = failure === undefined ? answers.end() : undefined
    if (answer) calls.shift()?.resolve(answer.status)
    for (const call of calls) call.reject(failure ?? new Error('The connection ended before the answer.'))
    const next = waiting.shift()
    if (next) begin(openConnection(), next)
  }

  const openConnection = (): Connection => {
    open += 1
    const socket = secure ? connectSecurely({ host: hostname, port, servername: hostname, ALPNProtocols: ['http/1.1'] }) : connect({ host: hostname, port })
    const connection: Connection = { socket, answers: createAnswerReader(), calls: [], unwritten: '', failure: undefined, idleSince: 0 }
    socket.setNoDelay(true)
    socket.setTimeout(patienceMilliseconds)
    socket.on('timeout', () => leave(connection, connection.calls.length > 0 ? new Error('There was no answer in time.') : undefined))
    socket.on('error', (problem) => (connection.failure = problem))
    socket.on('data', (chunk) => {
      try {
        heard(connection, chunk)
      } catch (problem) {
        leave(connection, problem instanceof Error ? problem : new Error(String(problem)))
      }
    })
    socket.once('close', () => closed(connection))
    return connection
  }

  /** One that rests and is fresh enough, else a new one; where there are as many as may be, one with room. Whoever answers may take the calls of one connection in turn. */
  const freeConnection = (): Connection | undefined => {
    for (let found = resting.pop(); found !== undefined; found = resting.pop()) {
      if (!found.socket.destroyed && performance.now() - found.idleSince < idleMilliseconds) {
        found.socket.ref().setTimeout(patienceMilliseconds)
        return found
      }
      leave(found)
    }
    if (open < most) return openConnection()
    const [found] = roomy
    return found
  }

  return (request) =>
    new Promise<number>((resolve, reject) => {
      const call: Call = { request, resolve, reject }
      const connection = freeConnection()
      if (connection) begin(connection, call)
      else waiting.push(call)
    })
}
