import { GetSendQuotaCommand, SESClient, SendEmailCommand, SendRawEmailCommand, SendTemplatedEmailCommand } from '@aws-sdk/client-ses'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Resource } from '../../../../infra/local/contract.ts'
import { aResource } from '../../../support/a-host.ts'
import type { HostOptions } from '../../../support/a-host.ts'
import { aMailHost, topicArn } from './a-mail-host.ts'

type Mails = Awaited<ReturnType<typeof aMailHost>>
interface Item { id: string; at: string; from: string; to: string[]; subject: string; raw: string }

const resources: readonly Resource[] = [
  aResource({ type: 'AWS::SES::EmailIdentity', name: 'leadline.example', properties: {} }),
  aResource({ type: 'AWS::SES::ConfigurationSet', name: 'mailings', properties: { Name: 'mailings' } }),
  aResource({
    type: 'AWS::SES::ConfigurationSetEventDestination',
    name: 'destination',
    properties: {
      ConfigurationSetName: 'mailings',
      EventDestination: { Enabled: true, MatchingEventTypes: ['send', 'delivery', 'bounce', 'complaint'], SnsDestination: { TopicARN: topicArn } },
    },
  }),
]

let host: Mails | undefined
afterEach(async () => {
  await host?.close()
  host = undefined
})

async function start(options: HostOptions = {}): Promise<{ mails: Mails; ses: SESClient }> {
  host = await aMailHost({ ...options, resources: [...resources, ...(options.resources ?? [])] })
  return { mails: host, ses: new SESClient(host.client) }
}

async function outbox(mails: Mails, to?: string): Promise<Item[]> {
  const got = await fetch(`${mails.origin}/_local/outbox${to === undefined ? '' : `?to=${encodeURIComponent(to)}`}`)
  return ((await got.json()) as { items: Item[] }).items
}

const raw = (headers: string, body = 'Hello\r\n'): { Data: Buffer } => ({ Data: Buffer.from(`${headers}\r\n\r\n${body}`) })

describe('SendEmail', () => {
  it('puts a composed mail into the outbox', async () => {
    const { mails, ses } = await start()
    const { MessageId } = await ses.send(new SendEmailCommand({
      Source: 'Åsa <asa@leadline.example>',
      Destination: { ToAddresses: ['Bo <bo@example.org>'], CcAddresses: ['c@example.org'], BccAddresses: ['d@example.org'] },
      ReplyToAddresses: ['reply@leadline.example'],
      Message: { Subject: { Data: 'Grüße' }, Body: { Text: { Data: 'plain & simple' }, Html: { Data: '<p>rich</p>' } } },
    }))
    const [item, ...more] = await outbox(mails)
    expect(more).toEqual([])
    expect(item).toMatchObject({ id: MessageId, from: 'asa@leadline.example', to: ['bo@example.org', 'c@example.org', 'd@example.org'], subject: 'Grüße' })
    expect(item?.raw).toContain(`Message-ID: <${MessageId}@eu-west-1.amazonses.com>`)
    expect(item?.raw).toContain('Reply-To: reply@leadline.example')
    expect(item?.raw).toContain('multipart/alternative')
    expect(item?.raw).not.toContain('d@example.org')
  })
})

describe('SendRawEmail', () => {
  it('sends the given bytes with SES\'s own Message-ID and Date, and without Bcc and instructions', async () => {
    const { mails, ses } = await start()
    const headers = 'From: a@leadline.example\r\nTo: b@example.org\r\nBcc: c@example.org\r\nMessage-ID: <mine@x>\r\nDate: Thu, 1 Jan 1970 00:00:00 +0000\r\nSubject: hi\r\n there\r\nX-SES-MESSAGE-TAGS: a=1'
    const { MessageId } = await ses.send(new SendRawEmailCommand({ RawMessage: raw(headers, 'bödy +/=\r\n') }))
    const [item] = await outbox(mails)
    expect(item).toMatchObject({ from: 'a@leadline.example', to: ['b@example.org', 'c@example.org'], subject: 'hi there' })
    const [, date] = /Date: ([^\r]+)/.exec(item?.raw ?? '') ?? []
    expect(Math.abs(Date.parse(date ?? '') - Date.now())).toBeLessThan(10_000)
    expect(item?.raw).toBe(`Message-ID: <${MessageId}@eu-west-1.amazonses.com>\r\nDate: ${date}\r\nFrom: a@leadline.example\r\nTo: b@example.org\r\nSubject: hi\r\n there\r\n\r\nbödy +/=\r\n`)
  })

  it('sends to the given destinations rather than to those in the headers', async () => {
    const { mails, ses } = await start()
    await ses.send(new SendRawEmailCommand({ Source: 'a@leadline.example', Destinations: ['x@example.org', 'Y@example.org'], RawMessage: raw('From: a@leadline.example\r\nTo: b@example.org') }))
    expect((await outbox(mails)).map(({ to }) => to)).toEqual([['x@example.org', 'Y@example.org']])
    expect(await outbox(mails, 'y@EXAMPLE.org')).toHaveLength(1)
    expect(await outbox(mails, 'b@example.org')).toEqual([])
  })

  it.each<[string, ConstructorParameters<typeof SendRawEmailCommand>[0], string]>([
    ['more than 50 recipients', { Destinations: Array.from({ length: 51 }, (_, index) => `r${index}@example.org`), RawMessage: raw('From: a@leadline.example') }, 'InvalidParameterValue'],
    ['no recipient', { RawMessage: raw('From: a@leadline.example') }, 'InvalidParameterValue'],
    ['a recipient that is no address', { Destinations: ['nobody'], RawMessage: raw('From: a@leadline.example') }, 'InvalidParameterValue'],
    ['no sender', { Destinations: ['b@example.org'], RawMessage: raw('Subject: x') }, 'InvalidParameterValue'],
    ['more than 10 MB', { Destinations: ['b@example.org'], RawMessage: raw('From: a@leadline.example', 'x'.repeat(10 * 1024 * 1024)) }, 'InvalidParameterValue'],
    ['a sender of a domain that was not verified', { Destinations: ['b@example.org'], RawMessage: raw('From: a@other.example') }, 'MessageRejected'],
    ['a From header of a domain that was not verified', { Source: 'a@leadline.example', Destinations: ['b@example.org'], RawMessage: raw('From: a@other.example') }, 'MessageRejected'],
    ['a configuration set that does not exist', { ConfigurationSetName: 'none', Destinations: ['b@example.org'], RawMessage: raw('From: a@leadline.example') }, 'ConfigurationSetDoesNotExist'],
  ])('refuses %s', async (_what, input, code) => {
    const { mails, ses } = await start()
    await expect(ses.send(new SendRawEmailCommand(input))).rejects.toMatchObject({ name: expect.stringContaining(code) })
    expect(await outbox(mails)).toEqual([])
  })

  it('asks for the grant on the sender\'s identity', async () => {
    const asked: string[] = []
    const { ses } = await start({ deny: (action, resource) => (asked.push(`${action} ${resource}`), true) })
    await expect(ses.send(new SendRawEmailCommand({ Destinations: ['b@example.org'], RawMessage: raw('From: a@leadline.example') }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })
    expect(asked).toEqual(['ses:SendRawEmail arn:aws:ses:eu-west-1:000000000000:identity/leadline.example'])
  })

  it('says of an operation it does not have that it has none', async () => {
    const { ses } = await start()
    const command = new SendTemplatedEmailCommand({ Source: 'a@leadline.example', Destination: { ToAddresses: ['b@example.org'] }, Template: 't', TemplateData: '{}' })
    await expect(ses.send(command)).rejects.toMatchObject({ name: 'InvalidAction' })
  })
})

describe('the outbox', () => {
  it('lists the newest last, tells the quota used, and can be emptied', async () => {
    const { mails, ses } = await start()
    for (const subject of ['one', 'two']) await ses.send(new SendRawEmailCommand({ Destinations: ['b@example.org'], RawMessage: raw(`From: a@leadline.example\r\nSubject: ${subject}`) }))
    expect((await outbox(mails)).map(({ subject }) => subject)).toEqual(['one', 'two'])
    expect(await ses.send(new GetSendQuotaCommand({}))).toMatchObject({ SentLast24Hours: 2, MaxSendRate: 14 })
    expect((await fetch(`${mails.origin}/_local/outbox`, { method: 'DELETE' })).status).toBe(204)
    expect(await outbox(mails)).toEqual([])
  })
})

describe('the events of a configuration set', () => {
  async function send(to: string[], more: Partial<ConstructorParameters<typeof SendRawEmailCommand>[0]> = {}) {
    const { mails, ses } = await start()
    const RawMessage = raw('From: a@leadline.example\r\nTo: shown@example.org\r\nSubject: news\r\nX-SES-MESSAGE-TAGS: mailing=mlg_1, recipient=7')
    const { MessageId } = await ses.send(new SendRawEmailCommand({ Destinations: to, ConfigurationSetName: 'mailings', RawMessage, ...more }))
    return { mails, MessageId }
  }

  it('tell that a mail was sent and delivered to each recipient, with its tags', async () => {
    const { mails, MessageId } = await send(['b@example.org', 'c@example.org'], { Tags: [{ Name: 'kind', Value: 'bulk' }] })
    const [sent, ...delivered] = await mails.notices(3)
    expect(sent).toMatchObject({
      eventType: 'Send',
      send: {},
      mail: {
        messageId: MessageId, source: 'a@leadline.example', sendingAccountId: '000000000000', destination: ['b@example.org', 'c@example.org'],
        commonHeaders: { from: ['a@leadline.example'], to: ['shown@example.org'], subject: 'news', messageId: MessageId },
        tags: { 'ses:configuration-set': ['mailings'], 'ses:from-domain': ['leadline.example'], mailing: ['mlg_1'], recipient: ['7'], kind: ['bulk'] },
      },
    })
    expect(delivered.map(({ eventType, delivery }) => [eventType, (delivery as { recipients: string[] }).recipients])).toEqual([
      ['Delivery', ['b@example.org']],
      ['Delivery', ['c@example.org']],
    ])
  })

  it.each([
    ['bounce@simulator.amazonses.com', ['Send', 'Bounce'], { bounceType: 'Permanent', bounceSubType: 'General' }],
    ['bounce+7@simulator.amazonses.com', ['Send', 'Bounce'], { bounceType: 'Permanent', bounceSubType: 'General' }],
    ['suppressionlist@simulator.amazonses.com', ['Send', 'Bounce'], { bounceType: 'Permanent', bounceSubType: 'Suppressed' }],
    ['complaint@simulator.amazonses.com', ['Send', 'Delivery', 'Complaint'], { complaintFeedbackType: 'abuse', complainedRecipients: [{ emailAddress: 'complaint@simulator.amazonses.com' }] }],
    ['success@simulator.amazonses.com', ['Send', 'Delivery'], { recipients: ['success@simulator.amazonses.com'] }],
  ])('play the fate of %s', async (address, types, detail) => {
    const { mails } = await send([address])
    const events = await mails.notices(types.length)
    expect(events.map(({ eventType }) => eventType)).toEqual(types)
    const last = events.at(-1)
    expect(last?.[last.eventType?.toLowerCase() ?? '']).toMatchObject(detail)
  })

  it('are dropped, and the log says so, if the topic\'s policy does not let SES in', async () => {
    const policy = aResource({ type: 'AWS::SNS::TopicPolicy', name: 'policy', properties: { Topics: [topicArn] } })
    const { mails, ses } = await start({ resources: [policy], allowedByResourcePolicy: (_target, action) => action !== 'sns:Publish' })
    await ses.send(new SendRawEmailCommand({ Destinations: ['b@example.org'], ConfigurationSetName: 'mailings', RawMessage: raw('From: a@leadline.example') }))
    const refusal = expect.stringContaining('sns:Publish on arn:aws:sns:eu-west-1:000000000000:notices for arn:aws:ses:eu-west-1:000000000000:configuration-set/mailings')
    await vi.waitFor(() => expect(mails.lines).toEqual([refusal, refusal]), { interval: 5 })
    expect(mails.store.all('select * from ses_event')).toEqual([])
  })

  it('are none without a configuration set', async () => {
    const { mails } = await send(['b@example.org'], { ConfigurationSetName: undefined })
    expect(mails.store.all('select * from ses_event')).toEqual([])
  })
})
