import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Resource } from '../../../../infra/local/contract.ts'
import type { HostOptions } from '../../../support/a-host.ts'
import { aMailHost, aRule, s3Action, topicArn } from './a-mail-host.ts'

type Mails = Awaited<ReturnType<typeof aMailHost>>

const crm = 'crm@leadline.example'
const toCrm = aRule('crm', { Recipients: [crm], Actions: [s3Action] })

let host: Mails | undefined
afterEach(async () => {
  await host?.close()
  host = undefined
})
const start = async (resources: readonly Resource[] = [toCrm], options: HostOptions = {}): Promise<Mails> => (host = await aMailHost({ ...options, resources }))

function deliver(to: Mails, raw: string | Buffer, envelope: { from?: string; to?: string[] } = {}) {
  return createTransport({ host: '127.0.0.1', port: to.smtpPort, ignoreTLS: true, name: 'client.example' })
    .sendMail({ envelope: { from: 'anna@example.com', to: [crm], ...envelope }, raw })
}

const prefixed = (prefix: string) => ({ S3Action: { BucketName: 'mail', ObjectKeyPrefix: prefix, TopicArn: topicArn } })

const objectOf = async (from: Mails, key: string | undefined): Promise<Buffer> => (await from.s3.get('mail', key ?? '')) ?? Buffer.alloc(0)

const plain = 'From: Anna <anna@example.com>\r\nTo: Bo Möller <bo@example.org>, crm@leadline.example\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <1@example.com>\r\n\r\n.Hello\r\n\r\nThere\r\n'

describe('mail that comes in by SMTP', () => {
  it('is stored unchanged after SES\'s trace headers, and told of in SES\'s form', async () => {
    const mails = await start()
    await deliver(mails, plain)
    const [notice] = await mails.notices(1)
    if (notice === undefined) throw new Error('no notice came')
    const { mail, receipt } = notice
    expect(notice.notificationType).toBe('Received')
    expect(mail).toMatchObject({ source: 'anna@example.com', destination: ['bo@example.org', crm], headersTruncated: false })
    expect(mail.commonHeaders).toEqual({
      returnPath: 'anna@example.com', from: ['Anna <anna@example.com>'], to: ['Bo Möller <bo@example.org>', crm], messageId: '<1@example.com>', subject: 'Grüße',
    })
    expect(receipt).toMatchObject({
      recipients: [crm],
      spamVerdict: { status: 'PASS' }, virusVerdict: { status: 'PASS' }, spfVerdict: { status: 'PASS' }, dkimVerdict: { status: 'PASS' }, dmarcVerdict: { status: 'PASS' },
      action: { type: 'S3', topicArn, bucketName: 'mail', objectKeyPrefix: 'inbox/', objectKey: `inbox/${mail.messageId}` },
    })
    expect(receipt).not.toHaveProperty('dmarcPolicy')

    const stored = (await objectOf(mails, receipt.action.objectKey)).toString('utf8')
    expect(stored.endsWith(plain)).toBe(true)
    const trace = stored.slice(0, -plain.length)
    expect(trace.split(/\r\n(?! )/).map((line) => line.split(':', 1)[0])).toEqual([
      'Return-Path', 'Received', 'X-SES-Spam-Verdict', 'X-SES-Virus-Verdict', 'Received-SPF', 'Authentication-Results', 'X-SES-RECEIPT', 'X-SES-DKIM-SIGNATURE', '',
    ])
    expect(trace).toContain(`with SMTP id ${mail.messageId}\r\n for ${crm};`)
    expect(mail.headers.map(({ name }) => name)).toEqual([
      'Return-Path', 'Received', 'X-SES-Spam-Verdict', 'X-SES-Virus-Verdict', 'Received-SPF', 'Authentication-Results', 'X-SES-RECEIPT', 'X-SES-DKIM-SIGNATURE', 'From', 'To', 'Subject', 'Message-ID',
    ])
  })

  it('tells the envelope\'s recipients, so that a hidden copy is seen', async () => {
    const mails = await start([aRule('all', { Recipients: ['leadline.example'], Actions: [s3Action] })])
    await deliver(mails, plain, { from: '', to: [crm, 'other@leadline.example'] })
    const [notice] = await mails.notices(1)
    expect(notice?.receipt.recipients).toEqual([crm, 'other@leadline.example'])
    expect(notice?.mail.source).toBe('')
  })

  it('carries the verdicts that the mail asks for, and the bytes stay as they are', async () => {
    const mails = await start()
    const raw = `X-Local-Verdict: spf=FAIL, dmarc=fail,virus=GRAY,spam=nonsense, policy=quarantine\r\n${plain}`
    await deliver(mails, raw)
    const [notice] = await mails.notices(1)
    expect(notice?.receipt).toMatchObject({
      spamVerdict: { status: 'PASS' }, virusVerdict: { status: 'GRAY' }, spfVerdict: { status: 'FAIL' }, dkimVerdict: { status: 'PASS' }, dmarcVerdict: { status: 'FAIL' }, dmarcPolicy: 'quarantine',
    })
    const stored = (await objectOf(mails, notice?.receipt.action.objectKey)).toString('utf8')
    expect(stored.endsWith(raw)).toBe(true)
    expect(stored).toContain('X-SES-Virus-Verdict: GRAY')
    expect(stored).toContain('spf=fail')
  })

  it('cannot put words into its notice by headers that look like SES\'s', async () => {
    const mails = await start()
    await deliver(mails, `X-SES-Virus-Verdict: FAIL\r\nAuthentication-Results: amazonses.com; dmarc=fail\r\n${plain}`)
    expect((await mails.notices(1))[0]?.receipt).toMatchObject({ virusVerdict: { status: 'PASS' }, dmarcVerdict: { status: 'PASS' } })
  })

  it('keeps every byte of a mail that is no proper mail', async () => {
    const mails = await start()
    const raw = Buffer.concat([Buffer.from('no header at all\r\n\u0000'), Buffer.from(Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 10 && byte !== 13)), Buffer.from('\r\n')])
    await deliver(mails, raw)
    const [notice] = await mails.notices(1)
    expect((await objectOf(mails, notice?.receipt.action.objectKey)).subarray(-raw.length).equals(raw)).toBe(true)
    expect(notice?.mail.commonHeaders).toEqual({ returnPath: 'anna@example.com' })
  })

  it('has its headers cut in the notice beyond 10 KB, never in the object', async () => {
    const mails = await start()
    const many = Array.from({ length: 2_000 }, (_, index) => `someone${index}@example.org`).join(',\r\n ')
    const raw = `From: anna@example.com\r\nTo: ${many}\r\nX-Long: ${'x'.repeat(20_000)}\r\nSubject: short\r\n\r\nHello\r\n`
    await deliver(mails, raw)
    const [notice] = await mails.notices(1)
    expect(notice?.mail.headersTruncated).toBe(true)
    expect(JSON.stringify(notice).length).toBeLessThan(64 * 1024)
    expect((await objectOf(mails, notice?.receipt.action.objectKey)).toString().endsWith(raw)).toBe(true)
  })

  it('may be large up to 40 MB, and is refused beyond', async () => {
    const mails = await start()
    const sized = (bytes: number) => Buffer.concat([Buffer.from(plain), Buffer.alloc(bytes - Buffer.byteLength(plain) - 2, 'a'), Buffer.from('\r\n')])
    await deliver(mails, sized(40 * 1024 * 1024))
    const [notice] = await mails.notices(1)
    expect((await objectOf(mails, notice?.receipt.action.objectKey)).length).toBeGreaterThan(40 * 1024 * 1024)
    await expect(deliver(mails, sized(40 * 1024 * 1024 + 1))).rejects.toMatchObject({ responseCode: 552 })
  })

  it('is refused for recipients that no rule takes', async () => {
    const mails = await start()
    await expect(deliver(mails, plain, { to: ['nobody@leadline.example'] })).rejects.toMatchObject({ responseCode: 550, response: expect.stringContaining('5.1.1') })
    const { accepted, rejected } = await deliver(mails, plain, { to: [crm, 'nobody@leadline.example'] })
    expect([accepted, rejected]).toEqual([[crm], ['nobody@leadline.example']])
  })

  it('survives a client that hangs up in the middle', async () => {
    const mails = await start()
    const socket = connect(mails.smtpPort, '127.0.0.1')
    socket.write(`EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<${crm}>\r\nDATA\r\nSubject: half`)
    await sleep(50)
    socket.destroy()
    await deliver(mails, plain)
    expect((await mails.notices(1)).map(({ mail }) => mail.commonHeaders.subject)).toEqual(['Grüße'])
    await sleep(50)
    expect(mails.sqs.receive('arn:aws:sqs:eu-west-1:000000000000:notices', 10)).toEqual([])
    expect(mails.store.all('select * from ses_intake')).toEqual([])
  })
})

describe('receipt rules', () => {
  it('match addresses with labels, domains, subdomains, or everything', async () => {
    const mails = await start([
      aRule('address', { Recipients: ['Sales@one.example'], Actions: [s3Action] }),
      aRule('domain', { Recipients: ['two.example'], Actions: [s3Action] }),
      aRule('subdomains', { Recipients: ['.three.example'], Actions: [s3Action] }),
      aRule('off', { Recipients: ['five.example'], Enabled: false, Actions: [s3Action] }),
    ])
    for (const to of ['sales@ONE.example', 'sales+reply@one.example', 'any@two.example', 'any@a.b.three.example']) await deliver(mails, plain, { to: [to] })
    for (const to of ['other@one.example', 'any@sub.two.example', 'any@three.example', 'any@five.example']) {
      await expect(deliver(mails, plain, { to: [to] })).rejects.toMatchObject({ responseCode: 550 })
    }
    expect(await mails.notices(4)).toHaveLength(4)
  })

  it('act in order until one stops the set', async () => {
    const mails = await start([
      aRule('third', { Actions: [prefixed('third/')] }, 'second'),
      aRule('first', { Actions: [prefixed('first/')] }),
      aRule('second', { Actions: [prefixed('second/'), { StopAction: { Scope: 'RuleSet' } }, prefixed('never/')] }, 'test-first'),
    ])
    await deliver(mails, plain)
    const keys = (await mails.notices(2)).map(({ receipt }) => receipt.action.objectKey)
    expect(keys.map((key) => key?.split('/')[0])).toEqual(['first', 'second'])
    await sleep(50)
    expect(await mails.s3.get('mail', keys[0]?.replace('first', 'third') ?? '')).toBeUndefined()
  })

  it('can publish the whole mail, or ask a function whether to go on', async () => {
    const functionArn = 'arn:aws:lambda:eu-west-1:000000000000:function:judge'
    const invoked: unknown[] = []
    const mails = await start(
      [
        aRule('last', { Actions: [s3Action] }),
        aRule('ask', { Actions: [{ SNSAction: { TopicArn: topicArn } }, { LambdaAction: { FunctionArn: functionArn, InvocationType: 'RequestResponse' } }] }),
      ],
      { invoke: async (arn, event) => (invoked.push([arn, event]), { ok: true, payload: { disposition: 'STOP_RULE_SET' } }) },
    )
    await deliver(mails, plain)
    const [notice, ...more] = await mails.notices(1)
    expect(notice).toMatchObject({ content: plain, receipt: { action: { type: 'SNS' } } })
    expect(more).toEqual([])
    await sleep(50)
    expect(invoked).toEqual([[functionArn, { Records: [expect.objectContaining({ eventSource: 'aws:ses', ses: expect.objectContaining({ mail: notice?.mail }) })] }]])
    expect(await mails.s3.get('mail', `inbox/${notice?.mail.messageId}`)).toBeUndefined()
  })

  it('that ask for an unknown action stop the start', async () => {
    await expect(start([aRule('bounce', { Actions: [{ BounceAction: {} }] })])).rejects.toThrow('BounceAction')
  })
})

describe('an accepted mail', () => {
  it('is stored and told of after a restart if the host ended before', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'leadline-mail-'))
    try {
      // The first host may not write to the bucket: it accepts the mail and can do nothing with it.
      const first = await start([toCrm], { dataFolder, allowedByResourcePolicy: (_target, action) => action !== 's3:PutObject' })
      await deliver(first, plain)
      const refusal = expect.stringContaining('No resource policy lets ses.amazonaws.com do s3:PutObject')
      await vi.waitFor(() => expect(first.lines).toContainEqual(refusal), { interval: 5 })
      await first.close()

      const second = await start([toCrm], { dataFolder })
      const [notice] = await second.notices(1)
      expect((await objectOf(second, notice?.receipt.action.objectKey)).toString('utf8').endsWith(plain)).toBe(true)
      await second.close()

      const third = await start([toCrm], { dataFolder })
      await sleep(50)
      expect(third.sqs.receive('arn:aws:sqs:eu-west-1:000000000000:notices', 10)).toEqual([])
      expect(third.store.all('select * from ses_intake')).toEqual([])
    } finally {
      await host?.close()
      host = undefined
      await rm(dataFolder, { recursive: true, force: true })
    }
  })
})
