/** What API Gateway allows a WebSocket connection. */
export const limits = {
  /** Bytes of one message, in either direction. */
  message: 128 * 1024,
  /** Bytes of one frame from the client; longer messages come in several. */
  frame: 32 * 1024,
  /** Without a message in either direction the connection is ended. */
  idleMilliseconds: 10 * 60_000,
  lifeMilliseconds: 2 * 60 * 60_000,
  /** Characters of the address that a client connects to. */
  address: 4096,
} as const

/** Times can be shortened for a test of them. */
export interface Patience {
  readonly idleMilliseconds: number
  readonly lifeMilliseconds: number
}

/** How connections are ended, in the words of RFC 6455. */
export const closeCodes = { normal: 1000, goingAway: 1001, unsupportedData: 1003, tooBig: 1009 } as const
