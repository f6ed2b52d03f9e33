import type { SESClient } from '@aws-sdk/client-ses'
import { MailRefused, type Mailer } from './mailer.ts'

/** SES answers within a second; what has not answered by then may have been sent all the same. */
const PATIENCE_MILLISECONDS = 8000

/** Sends through SES, with the configuration set that tells what becomes of each mail. The client is loaded with the first mail. */
export function openMailer(configurationSet: string, given?: SESClient): Mailer {
  let opened = given
  const ses = async () => {
    const sdk = await import('@aws-sdk/client-ses')
    // The SDK repeats a call whose answer was lost, and SES has no key to tell that by: a mail would go out twice. So one try.
    opened ??= new sdk.SESClient({ maxAttempts: 1, requestHandler: { requestTimeout: PATIENCE_MILLISECONDS, throwOnRequestTimeout: true } })
    return { ...sdk, client: opened }
  }
  return {
    async send({ to, tags }, raw) {
      const { client, SendRawEmailCommand } = await ses()
      const command = new SendRawEmailCommand({
        RawMessage: { Data: raw },
        Destinations: to.map(({ address }) => address),
        ConfigurationSetName: configurationSet,
        Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
      })
      const { MessageId } = await client.send(command).catch((error: unknown) => {
        throw refusalIn(error) ?? error
      })
      if (MessageId === undefined) throw new Error('SES gave no id to a mail it took.')
      return `${MessageId}@${idDomain(await client.config.region())}`
    },

    async quota() {
      const { client, GetSendQuotaCommand } = await ses()
      const { MaxSendRate = 1, Max24HourSend = -1, SentLast24Hours = 0 } = await client.send(new GetSendQuotaCommand({}))
      return { perSecond: MaxSendRate, left: Max24HourSend < 0 ? Infinity : Max24HourSend - SentLast24Hours }
    },
  }
}

/** SES replaces the Message-ID of every mail by its own, which ends so. */
export function idDomain(region: string): string {
  return region === 'us-east-1' ? 'email.amazonses.com' : `${region}.amazonses.com`
}

const PAUSED = new Set(['AccountSendingPausedException', 'ConfigurationSetSendingPausedException', 'ConfigurationSetDoesNotExist', 'ConfigurationSetDoesNotExistException', 'AccessDenied', 'AccessDeniedException', 'MailFromDomainNotVerifiedException'])
const BAD_MAIL = new Set(['MessageRejected', 'InvalidParameterValue', 'ValidationError'])

/** SES's own refusals, by which it is certain that nothing was sent. */
function refusalIn(error: unknown): MailRefused | undefined {
  if (!(error instanceof Error) || !('$fault' in error) || error.$fault !== 'client') return undefined
  if (error.name.startsWith('Throttling')) return new MailRefused(/daily|quota/i.test(error.message) ? 'paused' : 'rate', error.message)
  if (PAUSED.has(error.name)) return new MailRefused('paused', error.message)
  return BAD_MAIL.has(error.name) ? new MailRefused('mail', error.message) : undefined
}
