import type { Host, OutboxOwner, Service } from '../contract.ts'
import { createEventPublisher } from './event-publisher.ts'
import { createIntake } from './intake.ts'
import { createOutbox } from './outbox.ts'
import { followRules } from './receipt-actions.ts'
import { readReceiptRules } from './receipt-rules.ts'
import { createSending } from './sending.ts'
import { listenForMail } from './smtp.ts'
import type { SmtpListener } from './smtp.ts'

/** The service that mail comes in through. */
export interface MailTaker {
  /** Where SMTP answers, from its start on. */
  readonly smtpPort: number
}

/**
 * SES both ways. Out: the sending API, whose mails are kept in the outbox instead of being sent. In: an SMTP server on
 * `host.smtpPort` whose mails go through the template's receipt rules.
 *
 * @throws Error that names a resource which the local host cannot do
 */
export function createSes(host: Host): Service & MailTaker & OutboxOwner {
  const rules = readReceiptRules(host)
  const publisher = createEventPublisher(host)
  const outbox = createOutbox(host)
  const intake = createIntake(host, (mail) => followRules(host, rules, mail), !rules.some(({ actions }) => actions.some(({ type }) => type === 'Lambda')))
  let smtp: SmtpListener | undefined

  return {
    name: 'ses',
    outbox: outbox.door,
    get smtpPort() {
      if (smtp === undefined) throw new Error('SMTP answers once SES has started')
      return smtp.port
    },
    handle: createSending(host, outbox, publisher),

    async start() {
      await intake.start()
      publisher.wake()
      smtp = await listenForMail({
        port: host.smtpPort,
        takes: (recipient) => rules.some((rule) => rule.takes(recipient)),
        accept: intake.accept,
        log: host.log,
      })
    },

    async stop() {
      await smtp?.close()
      await intake.stop()
      publisher.stop()
    },
  }
}
