/** What the host and the worker thread of a function (worker.ts) say to each other. */

/** What the host tells a worker when it starts it. */
export interface WorkerStart {
  /** `file:` address of the module. */
  readonly module: string
  /** Name of the exported handler. */
  readonly handler: string
  /** `127.0.0.1:<port>`: only calls to this place are tagged. */
  readonly endpointHost: string
  readonly functionName: string
  readonly functionArn: string
  readonly memoryMegabytes: number
  /** Lines that tell of no trouble are wanted by nobody. */
  readonly quiet: boolean
}

/** Bytes of an event or answer of one invocation, as on AWS. */
export const payloadLimit = 6 * 1024 * 1024

export interface WorkerCall {
  readonly id: string
  /** The event as JSON. */
  readonly event: string
  /** Milliseconds since 1970 at which the function times out. */
  readonly deadline: number
}

export type WorkerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly errorType: string; readonly errorMessage: string }
  | { readonly kind: 'done'; readonly id: string; readonly payload: string }
  | { readonly kind: 'failed'; readonly id: string; readonly errorType: string; readonly errorMessage: string; readonly stack: string }

/** Header by which the host knows which invocation an AWS call belongs to, for the meter. */
export const invocationHeader = 'x-local-invocation'
