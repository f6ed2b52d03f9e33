import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One frame of RFC 6455, as a client writes it. */
export interface Frame {
  readonly opcode: number
  readonly payload?: Buffer | string
  /** False while more fragments follow. */
  readonly final?: boolean
  /** Clients must mask; false breaks the protocol on purpose. */
  readonly masked?: boolean
  readonly reserved?: boolean
}

export const TEXT = 1
export const CONTINUATION = 0
export const BINARY = 2
export const CLOSE = 8
export const PING = 9
export const PONG = 10

/** A client that may break every rule: frames are written byte by byte. */
export interface RawClient {
  send(...frames: Frame[]): void
  sendBytes(bytes: Buffer): void
  /** The frames that came from the server, in order. */
  readonly frames: { opcode: number; payload: Buffer }[]
  /** The code of the close frame, or 1006 where the connection ended without one. */
  closed(): Promise<number>
}

export async function aRawClient(port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`)
  let buffer = await handshake(socket)
  const frames: RawClient['frames'] = []
  const read = (chunk: Buffer): void => {
    buffer = Buffer.concat([buffer, chunk])
    for (let frame = firstFrame(buffer); frame !== undefined; frame = firstFrame(buffer)) {
      frames.push({ opcode: frame.opcode, payload: frame.payload })
      buffer = buffer.subarray(frame.length)
    }
  }
  read(Buffer.alloc(0))
  socket.on('data', read)
  socket.on('error', () => undefined)
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return {
    send: (...given) => void socket.write(Buffer.concat(given.map(bytesOf))),
    sendBytes: (bytes) => void socket.write(bytes),
    frames,
    async closed() {
      const seen = async (): Promise<number> => {
        for (;;) {
          const close = frames.find(({ opcode }) => opcode === CLOSE)
          if (close !== undefined) return codeOf(close.payload)
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
      }
      const code = await Promise.race([seen(), ended.then(() => undefined)])
      socket.destroy()
      const close = frames.find(({ opcode }) => opcode === CLOSE)
      return code ?? (close === undefined ? 1006 : codeOf(close.payload))
    },
  }
}

/** 1005 is how libraries call a good-bye without a code. */
function codeOf(payload: Buffer): number {
  return payload.length >= 2 ? payload.readUInt16BE(0) : 1005
}

async function handshake(socket: Socket): Promise<Buffer> {
  let received = Buffer.alloc(0)
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    received = Buffer.concat([received, chunk])
    const end = received.indexOf('\r\n\r\n')
    if (end < 0) continue
    if (!received.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(received.toString('latin1').slice(0, 100))
    return received.subarray(end + 4)
  }
}

function firstFrame(buffer: Buffer): { opcode: number; payload: Buffer; length: number } | undefined {
  if (buffer.length < 2) return undefined
  const short = (buffer[1] ?? 0) & 0x7f
  const head = short < 126 ? 2 : short === 126 ? 4 : 10
  if (buffer.length < head) return undefined
  const size = short < 126 ? short : short === 126 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2))
  if (buffer.length < head + size) return undefined
  return { opcode: (buffer[0] ?? 0) & 0x0f, payload: buffer.subarray(head, head + size), length: head + size }
}

function bytesOf({ opcode, payload = '', final = true, masked = true, reserved = false }: Frame): Buffer {
  const data = Buffer.from(payload)
  const first = (final ? 0x80 : 0) | (reserved ? 0x40 : 0) | opcode
  const flag = masked ? 0x80 : 0
  const size = data.length < 126 ? Buffer.from([flag | data.length]) : data.length < 65_536 ? Buffer.from([flag | 126, data.length >> 8, data.length & 0xff]) : Buffer.concat([Buffer.from([flag | 127]), longSize(data.length)])
  if (!masked) return Buffer.concat([Buffer.from([first]), size, data])
  const mask = randomBytes(4)
  return Buffer.concat([Buffer.from([first]), size, mask, data.map((byte, at) => byte ^ (mask[at % 4] ?? 0))])
}

function longSize(length: number): Buffer {
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(length))
  return size
}
