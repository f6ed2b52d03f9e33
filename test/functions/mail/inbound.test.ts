import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aUser } from '../../support/company.ts'
import { aMailRoom, type MailRoom } from '../../shared/mail/a-mail-room.ts'
import { aRawMail } from '../../shared/mail/mails.ts'

let room: MailRoom
let handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>
const context = { awsRequestId: 'r1' } as Context

beforeAll(async () => {
  room = await aMailRoom()
  await room.company.add(aUser({ id: 'usr_sam', emails: ['sam@leadline.example'] }))
  const { endpoint } = room
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIALOCALTEST', AWS_SECRET_ACCESS_KEY: 'local-test-secret', AWS_ENDPOINT_URL_S3: endpoint.s3, AWS_ENDPOINT_URL_DYNAMODB: endpoint.dynamodb,
    TABLE_NAME: room.table.name, MAIL_BUCKET: 'mail', MAIL_ADDRESS: 'crm@leadline.example',
  })
  handler = (await import('../../../functions/mail/inbound.ts')).handler
})
afterAll(() => room.close())

const record = (messageId: string, body: string): SQSEvent['Records'][number] => ({ messageId, body, attributes: { ApproximateReceiveCount: '1' } }) as SQSEvent['Records'][number]

describe('mail comes in from the queue', () => {
  it('SNS-2, SNS-6 each notice on its own: good mail is stored, what is no notice goes back to the queue', async () => {
    const contact = await room.make('contact', { title: 'Anna', emails: [{ value: 'anna@example.org' }] })
    const notices = await Promise.all(['one', 'two', 'three'].map(async (subject) => (await room.receive(aRawMail({ to: 'anna@example.org', subject }))).notice))
    const records = [...notices.map((notice, n) => record(`m${n}`, notice)), record('bad', '{"notificationType":"Received"}')]
    expect(await handler({ Records: records }, context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }] })
    const stored = await room.messages()
    expect(stored.map(({ subject, bindings }) => ({ subject, bindings }))).toEqual(['one', 'three', 'two'].map((subject) => ({ subject, bindings: [{ type: 'contact', id: contact }] })))
  })
})
