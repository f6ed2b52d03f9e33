import type { MailPorts } from '../mail/index.ts'
import { Problem } from '../kernel/problem.ts'
import type { Mailer } from '../platform/mailer.ts'
import type { OrderedQueue } from '../platform/queue.ts'

/** What use cases need that send mail. A deployment without a mail domain has neither mailer nor queue. */
export interface SendingPorts extends MailPorts {
  readonly mailer: Mailer | undefined
  /** Wakes the worker of mailings. */
  readonly mailings: OrderedQueue | undefined
}

/** The one line of the queue: turns are taken one after the other, so that one worker keeps SES's rate. */
export const TURNS = 'turns'

/** Throws 422 where the deployment has no mail domain. */
export function demandMailer({ mailer }: SendingPorts): Mailer {
  if (!mailer) throw notSetUp()
  return mailer
}

/** Throws 422 where the deployment has no mail domain. */
export function demandQueue({ mailings }: SendingPorts): OrderedQueue {
  if (!mailings) throw notSetUp()
  return mailings
}

function notSetUp(): Problem {
  return new Problem('impossible', 'mail.not_set_up', 'This deployment has no mail domain, so it cannot send mail.')
}
