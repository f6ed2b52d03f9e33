import { isUtf8 } from 'node:buffer'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Host } from '../contract.ts'
import { invokeRoute } from './admission.ts'
import type { SocketApi } from './definition.ts'
import { newExtendedId, routeEvent } from './event.ts'
import type { ConnectionFacts } from './event.ts'
import { createFrameGauge } from './frame-gauge.ts'
import { record, text } from '../properties.ts'
import { textFrame } from './text-frame.ts'
import { closeCodes, limits } from './limits.ts'
import type { Patience } from './limits.ts'

/** One client that is connected. */
export interface Connection {
  readonly facts: ConnectionFacts
  readonly lastActiveAt: Date
  /** Hands it a text message, in UTF-8. */
  send(message: Buffer): void
  close(code: number, reason?: string): void
}

/** Serves a connection from the completed handshake to its end; `ended` is called once. */
export function serveConnection(host: Host, api: SocketApi, facts: ConnectionFacts, client: WebSocket, raw: Duplex, patience: Patience, ended: () => void): Connection {
  let lastActiveAt = host.now()
  // After this nothing that the client sends counts any more.
  let isClosing = false

  const close = (code: number, reason = ''): void => {
    isClosing = true
    client.close(code, reason)
  }
  const idle = setTimeout(() => close(closeCodes.goingAway, 'Idle timeout'), patience.idleMilliseconds).unref()
  const life = setTimeout(() => close(closeCodes.goingAway, 'Connection duration exceeded'), patience.lifeMilliseconds).unref()
  const active = (): void => {
    lastActiveAt = host.now()
    idle.refresh()
  }
  const send = (message: Buffer): void => {
    active()
    // The library writes head and message of a frame apart and looks for more on their way; thousands of messages go to connections this way, each is one write.
    if (client.readyState === client.OPEN && isUtf8(message)) raw.write(textFrame(message))
    else client.send(message.toString('utf8'))
  }

  const gauge = createFrameGauge()
  raw.prependListener('data', (chunk: Buffer) => {
    if (!isClosing && gauge(chunk) > limits.frame) close(closeCodes.tooBig, 'Frame too large')
  })
  client.on('ping', active)
  client.on('message', (data, isBinary) => {
    if (isClosing) return
    active()
    if (isBinary) return close(closeCodes.unsupportedData, 'Binary messages are not supported')
    void answerMessage(host, api, facts, String(data), (message) => send(Buffer.from(message)))
  })
  // The library closes with the code that the protocol demands, and tells why.
  client.on('error', () => undefined)
  client.once('close', (code, reason) => {
    clearTimeout(idle)
    clearTimeout(life)
    ended()
    const route = api.routes.get('$disconnect')
    if (route !== undefined) void invokeRoute(host, api, route, '$disconnect', routeEvent(api, facts, { eventType: 'DISCONNECT', routeKey: '$disconnect', code, reason: reason.toString() }, host.now()))
  })

  return {
    facts,
    get lastActiveAt() {
      return lastActiveAt
    },
    send,
    close,
  }
}

/** Leads a message to its route, whose answer goes back. What has no route, or whose function fails, is told to the client by the gateway itself. */
async function answerMessage(host: Host, api: SocketApi, facts: ConnectionFacts, body: string, reply: (message: string) => void): Promise<void> {
  const chosen = selected(api.selector, body)
  const routeKey = chosen !== undefined && !chosen.startsWith('$') && api.routes.has(chosen) ? chosen : '$default'
  const route = api.routes.get(routeKey)
  const complain = (message: string): void => reply(JSON.stringify({ message, connectionId: facts.connectionId, requestId: newExtendedId() }))
  if (route === undefined) return complain('Forbidden')
  const outcome = await invokeRoute(host, api, route, routeKey, routeEvent(api, facts, { eventType: 'MESSAGE', routeKey, body }, host.now()))
  const given = outcome.ok ? record(outcome.payload) : {}
  const answer = text(given['body'])
  if (given['statusCode'] === undefined) complain('Internal server error')
  else if (route.answers && answer !== undefined) reply(answer)
}

function selected(selector: string, body: string): string | undefined {
  try {
    const parsed = JSON.parse(body) as Record<string, unknown> | null
    const value = typeof parsed === 'object' ? parsed?.[selector] : undefined
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
