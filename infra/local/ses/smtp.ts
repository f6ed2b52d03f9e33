import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server'
import type { Envelope } from './received-mail.ts'

export interface SmtpSettings {
  /** 0: any. */
  readonly port: number
  /** Whether any rule is for this recipient. */
  takes(recipient: string): boolean
  /** Takes over a message; the sender is told 250 when it resolves. */
  accept(envelope: Envelope, raw: Buffer): Promise<void>
  log(line: string): void
}

export interface SmtpListener {
  readonly port: number
  close(): Promise<void>
}

/** SES's limits for mail that comes in. */
const sizeLimitBytes = 40 * 1024 * 1024
const recipientLimit = 100

class SmtpRefusal extends Error {
  readonly responseCode: number
  constructor(responseCode: number, message: string) {
    super(message)
    this.responseCode = responseCode
  }
}

/**
 * The SMTP server in SES's place, on 127.0.0.1: no sign-in, no TLS.
 *
 * @throws the listen error, such as `EADDRINUSE`
 */
export async function listenForMail({ port, takes, accept, log }: SmtpSettings): Promise<SmtpListener> {
  const server = new SMTPServer({
    name: 'inbound-smtp.local',
    banner: 'Leadline local mail',
    disabledCommands: ['AUTH', 'STARTTLS'],
    authOptional: true,
    disableReverseLookup: true,
    size: sizeLimitBytes,
    closeTimeout: 1_000,
    logger: false,
    onRcptTo({ address }, session, callback) {
      if (session.envelope.rcptTo.length >= recipientLimit) return callback(new SmtpRefusal(452, '4.5.3 Too many recipients'))
      callback(takes(address) ? null : new SmtpRefusal(550, '5.1.1 Requested action not taken: mailbox unavailable'))
    },
    onData(stream, session, callback) {
      // Read now: the session's envelope belongs to the next mail as soon as this one is answered.
      const envelope = envelopeOf(session)
      const takeOver = async (): Promise<void> => {
        const refusal = await take(stream, envelope)
        if (refusal === undefined) callback(null, '2.0.0 Ok')
        else callback(refusal)
      }
      void takeOver()
    },
  })

  const take = async (stream: SMTPServerDataStream, envelope: Envelope): Promise<SmtpRefusal | undefined> => {
    try {
      await accept(envelope, await collect(stream))
      return undefined
    } catch (problem) {
      if (problem instanceof SmtpRefusal) return problem
      log(`ses: a message could not be taken in: ${problem instanceof Error ? problem.message : String(problem)}`)
      return new SmtpRefusal(451, '4.3.0 Try again later')
    }
  }

  // Broken connections of clients; the listen error is thrown by `once` below.
  server.on('error', (problem) => log(`ses: smtp: ${problem.message}`))
  await once(server.listen(port, '127.0.0.1'), 'listening')
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('The SMTP server listens on no port')
  return { port: address.port, close: () => new Promise((resolve) => server.close(resolve)) }
}

function envelopeOf({ envelope, remoteAddress, hostNameAppearsAs }: SMTPServerSession): Envelope {
  return {
    source: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
    recipients: envelope.rcptTo.map(({ address }) => address),
    remoteAddress,
    helo: hostNameAppearsAs,
  }
}

/** The message as it came; one beyond the limit is read to its end, since SMTP can refuse it only then, and not kept. */
async function collect(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= sizeLimitBytes) chunks.push(chunk)
    else chunks.length = 0
  }
  if (length > sizeLimitBytes) throw new SmtpRefusal(552, '5.3.4 Message size exceeds fixed limit')
  return Buffer.concat(chunks, length)
}
