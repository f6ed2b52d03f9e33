import { createS3 } from '../../../infra/local/s3/index.ts'
import { receivedMail } from '../../../infra/local/ses/received-mail.ts'
import { noticeParts, receivedNotice } from '../../../infra/local/ses/received-notice.ts'
import { traceHeaders } from '../../../infra/local/ses/trace-headers.ts'
import { createItem } from '../../../shared/items/index.ts'
import { openIntake, receiveNotice, sweepInbox, type Intake, type MailPorts } from '../../../shared/mail/index.ts'
import type { Message } from '../../../shared/mail/message.ts'
import { loadMessage } from '../../../shared/mail/repository.ts'
import { openBlobs } from '../../../shared/platform/s3.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aHost, aResource } from '../../support/a-host.ts'
import { aCompany, type TestCompany } from '../../support/company.ts'
import { aTable, type TestTable } from '../../support/table.ts'

export const CRM = 'crm@leadline.example'

/** A company with its table and bucket, and the way from an SMTP conversation to a stored message, as the receiving server walks it. */
export interface MailRoom {
  readonly company: TestCompany
  readonly table: TestTable
  readonly intake: Intake
  /** Where its services answer. */
  readonly endpoint: { readonly s3: string; readonly dynamodb: string }
  /** What SES does with a mail: stores it in the inbox. Gives the notice that it publishes. */
  receive(raw: string | Buffer, more?: { sesMessageId?: string; source?: string }): Promise<{ sesMessageId: string; notice: string }>
  /** What the queue does with a notice. Gives the outcome. */
  deliver(notice: string, receiveCount?: number): Promise<string>
  /** All of it, for one mail. */
  send(raw: string | Buffer, more?: { sesMessageId?: string; source?: string }): Promise<string>
  /** Runs the sweep as if so many minutes had passed. */
  sweep(minutesLater?: number): Promise<unknown>
  as<T>(userId: string, work: (ctx: Ctx & MailPorts) => Promise<T>): Promise<T>
  make(type: string, values?: object, userId?: string): Promise<number>
  objects(prefix?: string): Promise<string[]>
  message(id: string): Promise<Message | undefined>
  /** Every stored message. */
  messages(): Promise<Message[]>
  close(): Promise<void>
}

let serial = 0

export async function aMailRoom(): Promise<MailRoom> {
  const table = await aTable()
  const host = await aHost({ resources: [aResource({ type: 'AWS::S3::Bucket', name: 'mail' })], parts: { s3: createS3 } })
  const blobs = openBlobs('mail', host.client)
  const engine = await table.client.config.endpoint?.()
  const company = await aCompany(table.table)
  let now = (): Date => new Date()
  const intake: Intake = { ...openIntake({ table: table.table, blobs, mailAddress: CRM }), now: () => now() }

  const room: MailRoom = {
    company,
    table,
    intake,
    endpoint: { s3: host.origin, dynamodb: `http://${engine?.hostname}:${engine?.port}` },
    async receive(raw, { sesMessageId = `ses${(serial += 1)}`, source = 'sam@leadline.example' } = {}) {
      const mail = receivedMail(sesMessageId, new Date(), { source, recipients: [CRM], remoteAddress: '203.0.113.7', helo: 'mail.example' }, Buffer.from(raw))
      const rule = { name: 'crm', arn: 'arn', scans: true, actions: [], takes: () => true }
      await blobs.put(`inbox/${sesMessageId}`, Buffer.concat([Buffer.from(traceHeaders(mail, 'eu-west-1', true)), mail.raw]), 'application/octet-stream')
      const action = { type: 'S3', topicArn: 'arn', bucketName: 'mail', objectKeyPrefix: 'inbox/', objectKey: `inbox/${sesMessageId}` }
      return { sesMessageId, notice: receivedNotice(noticeParts(mail, rule, 'eu-west-1', new Date()), action) }
    },
    deliver: (body, receiveCount = 1) => receiveNotice(intake, { body, receiveCount }),
    async send(raw, more) {
      return room.deliver((await room.receive(raw, more)).notice)
    },
    async sweep(minutesLater = 11) {
      now = () => new Date(Date.now() + minutesLater * 60_000)
      try {
        return await sweepInbox(intake, () => true)
      } finally {
        now = () => new Date()
      }
    },
    as: (userId, work) => company.as(userId, (ctx) => work({ ...ctx, blobs, mailAddress: CRM })),
    async make(type, values = {}, userId = company.administratorId) {
      const item = await company.as(userId, (ctx) => createItem(ctx, { type, values }))
      return Number(item['id'])
    },
    async objects(prefix = '') {
      const keys: string[] = []
      for await (const { key } of blobs.list(prefix)) keys.push(key)
      return keys
    },
    message: (id) => loadMessage(table.table, id),
    async messages() {
      const ids = new Set((await room.objects('mail/')).map((key) => key.split('/')[1] ?? ''))
      const found = await Promise.all([...ids].map((id) => loadMessage(table.table, id)))
      return found.flatMap((one) => one ?? []).toSorted((a, b) => (a.subject < b.subject ? -1 : 1))
    },
    async close() {
      await host.close()
      await table.close()
    },
  }
  return room
}
