import MailComposer from 'nodemailer/lib/mail-composer'
import { AwsError } from '../contract.ts'
import type { AwsAnswer, AwsCall, Host } from '../contract.ts'
import { escapeXml, queryAnswer } from '../aws-wire.ts'
import { configurationSetArn } from './event-publisher.ts'
import type { EventPublisher } from './event-publisher.ts'
import { domainOf, headerAddresses, headerValue, mailboxes, readHeaders } from './mail-headers.ts'
import type { MailHeader } from './mail-headers.ts'
import type { Outbox } from './outbox.ts'
import { queryForm } from './query-form.ts'
import type { QueryForm } from './query-form.ts'
import { sentEvents } from './sent-events.ts'
import { asSent, newSentId } from './sent-mail.ts'
import type { SentMail } from './sent-mail.ts'

const namespace = 'http://ses.amazonaws.com/doc/2010-12-01/'
/** Of version 1 of the API; its successor takes 40 MB. */
const sizeLimitBytes = 10 * 1024 * 1024
const recipientLimit = 50
/** What `GetSendQuota` tells of an account that left the sandbox. */
const quota = { perDay: 50_000, perSecond: 14 }

/** SES's sending API, version 1. */
export function createSending(host: Host, outbox: Outbox, publisher: EventPublisher): (call: AwsCall) => Promise<AwsAnswer> {
  return async (call) => {
    const form = queryForm(call)
    switch (form.action) {
      case 'SendEmail':
        return send(host, outbox, publisher, call, form, await composed(form))
      case 'SendRawEmail':
        return send(host, outbox, publisher, call, form, rawRequest(form))
      case 'GetSendQuota': {
        host.authorise(call, 'ses:GetSendQuota', '*')
        const sent = outbox.countSince(new Date(host.now().getTime() - 24 * 3_600_000))
        const result = `<Max24HourSend>${quota.perDay}.0</Max24HourSend><MaxSendRate>${quota.perSecond}.0</MaxSendRate><SentLast24Hours>${sent}.0</SentLast24Hours>`
        return queryAnswer(form.action, result, namespace)
      }
      default:
        throw new AwsError('InvalidAction', `Could not find operation ${form.action} for version 2010-12-01`)
    }
  }
}

interface SendRequest {
  readonly source: string
  readonly destinations: readonly string[]
  readonly raw: Buffer
  readonly headers: readonly MailHeader[]
}

function send(host: Host, outbox: Outbox, publisher: EventPublisher, call: AwsCall, form: QueryForm, request: SendRequest): AwsAnswer {
  const { source, destinations, raw, headers } = request
  const sender = mailboxes(source)[0]?.address
  if (sender === undefined || !isAddress(sender)) throw new AwsError('InvalidParameterValue', 'Missing final \'@domain\'')
  host.authorise(call, `ses:${form.action}`, identityArn(host, sender))
  const configurationSet = form.one('ConfigurationSetName') ?? headerValue(headers, 'x-ses-configuration-set')
  if (configurationSet !== undefined) {
    host.authorise(call, `ses:${form.action}`, configurationSetArn(host, configurationSet))
    if (!publisher.hasSet(configurationSet)) throw new AwsError('ConfigurationSetDoesNotExist', `Configuration set <${configurationSet}> does not exist.`)
  }
  check(host, request, [sender, ...headerAddresses(headers, 'from')])

  const at = host.now()
  const messageId = newSentId(at)
  const mail: SentMail = { messageId, at, source, destinations, configurationSet, tags: tagsOf(form, headers), raw: asSent(raw, messageId, at, host.region) }
  outbox.keep(mail, () => {
    if (configurationSet !== undefined) publisher.store(configurationSet, sentEvents(host, mail, form.action, call.caller))
  })
  publisher.wake()
  return queryAnswer(form.action, `<MessageId>${escapeXml(messageId)}</MessageId>`, namespace)
}

function check(host: Host, { destinations, raw }: SendRequest, senders: readonly string[]): void {
  if (raw.length > sizeLimitBytes) throw new AwsError('InvalidParameterValue', `Message length is more than ${sizeLimitBytes} bytes long: '${raw.length}'.`)
  if (destinations.length === 0) throw new AwsError('InvalidParameterValue', 'Missing required header \'To\'.')
  if (destinations.length > recipientLimit) throw new AwsError('InvalidParameterValue', `Recipient count exceeds ${recipientLimit}.`)
  const malformed = destinations.find((one) => !isAddress(one))
  if (malformed !== undefined) throw new AwsError('InvalidParameterValue', 'Missing final \'@domain\'')
  const identities = host.resources('AWS::SES::EmailIdentity').map(({ name }) => name.toLowerCase())
  const unverified = senders.filter((one) => identities.length > 0 && !identities.some((identity) => isCovered(identity, one)))
  if (unverified.length > 0) {
    const region = host.region.toUpperCase()
    throw new AwsError('MessageRejected', `Email address is not verified. The following identities failed the check in region ${region}: ${unverified.join(', ')}`)
  }
}

/** A verified domain stands for its subdomains too. */
function isCovered(identity: string, address: string): boolean {
  const domain = domainOf(address)
  return address.toLowerCase() === identity || domain === identity || domain.endsWith(`.${identity}`)
}

/** The identity whose policy counts: the address if it was verified itself, else its domain. */
function identityArn(host: Host, sender: string): string {
  const own = host.resources('AWS::SES::EmailIdentity').find(({ name }) => name.toLowerCase() === sender.toLowerCase())
  return `arn:aws:ses:${host.region}:${host.accountId}:identity/${own?.name ?? domainOf(sender)}`
}

function rawRequest(form: QueryForm): SendRequest {
  const raw = Buffer.from(form.required('RawMessage.Data'), 'base64')
  const headers = readHeaders(raw)
  const source = form.one('Source') ?? headerValue(headers, 'from')
  if (source === undefined) throw new AwsError('InvalidParameterValue', 'Missing required header \'From\'.')
  const given = form.list('Destinations').map(addressOf)
  return { source, destinations: given.length > 0 ? given : headerAddresses(headers, 'to', 'cc', 'bcc'), raw, headers }
}

async function composed(form: QueryForm): Promise<SendRequest> {
  const source = form.required('Source')
  const to = form.list('Destination.ToAddresses')
  const cc = form.list('Destination.CcAddresses')
  const bcc = form.list('Destination.BccAddresses')
  const replyTo = form.list('ReplyToAddresses')
  const html = form.one('Message.Body.Html.Data')
  const text = form.one('Message.Body.Text.Data')
  const subject = form.required('Message.Subject.Data')
  const message = new MailComposer({ from: source, to, cc, replyTo, subject, ...(html !== undefined && { html }), ...(text !== undefined && { text }) })
  const raw = await message.compile().build()
  return { source, destinations: [...to, ...cc, ...bcc].map(addressOf), raw, headers: readHeaders(raw) }
}

/** `Tags` of the call, and the header `X-SES-MESSAGE-TAGS: a=1, b=2`. */
function tagsOf(form: QueryForm, headers: readonly MailHeader[]): SentMail['tags'] {
  const inHeader = (headerValue(headers, 'x-ses-message-tags') ?? '').split(',').filter((tag) => tag.includes('='))
  return [
    ...form.structures('Tags', 'Name', 'Value').map(({ Name: name, Value: value }) => ({ name, value })),
    ...inHeader.map((tag) => ({ name: tag.slice(0, tag.indexOf('=')).trim(), value: tag.slice(tag.indexOf('=') + 1).trim() })),
  ]
}

const addressOf = (mailbox: string): string => mailboxes(mailbox)[0]?.address ?? mailbox

const isAddress = (address: string): boolean => /^[^\s@<>,]+@[^\s@<>,]+$/.test(address)
