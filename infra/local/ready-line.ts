/** The one line on standard output that clients and tests wait for. Its keys are a contract. */
export interface ReadyLine {
  readonly ready: true
  readonly api: string
  readonly websocket: string
  /** `<host>:<port>` */
  readonly smtp: string
  readonly issuer: string
  readonly mailAddress: string
  readonly outbox: string
}

/** Where the development issuer of a host signs people in. */
export const issuerAt = (origin: string): string => `${origin}/_local/oidc`

export function readyLine(origin: string, smtpPort: number, mailAddress: string): ReadyLine {
  return {
    ready: true,
    api: origin,
    websocket: `${origin.replace('http:', 'ws:')}/ws`,
    smtp: `127.0.0.1:${smtpPort}`,
    issuer: issuerAt(origin),
    mailAddress,
    outbox: `${origin}/_local/outbox`,
  }
}
