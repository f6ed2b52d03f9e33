import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../../support/until.ts'
import { aBus, aFunction, anEventHost, aQueue, aRule, arnOf } from './an-event-host.ts'
import type { EventHost } from './an-event-host.ts'

const anEntry = (entry: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  EventBusName: 'crm', Source: 'leadline', DetailType: 'deal.updated', Detail: JSON.stringify({ id: 88, stage: 'WON' }), ...entry,
})

describe('PutEvents', () => {
  let events: EventHost

  beforeAll(async () => {
    const toQueue = (queue: string, more: object = {}): object => ({ Id: '1', Arn: arnOf.queue(queue), ...more })
    events = await anEventHost([
      ...['all', 'won', 'off', 'copies', 'dead', 'closed', 'lines.fifo', 'other', 'circle'].map(aQueue),
      aBus('crm'), aBus('second'), aFunction('react'), aFunction('forbidden'),
      aRule('everything', { Targets: [toQueue('all'), { Id: '2', Arn: arnOf.func('react') }, { Id: '3', Arn: 'arn:aws:logs:eu-west-1:000000000000:log-group:/aws/events/all' }] }),
      aRule('won-deals', { EventPattern: { detail: { stage: ['WON'] } }, Targets: [toQueue('won')] }),
      aRule('switched-off', { State: 'DISABLED', Targets: [toQueue('off')] }),
      aRule('forward', { EventPattern: { 'detail-type': ['forward.me'] }, Targets: [{ Id: '1', Arn: arnOf.bus('second') }] }),
      aRule('copies', { EventBusName: arnOf.bus('second'), Targets: [toQueue('copies')] }),
      aRule('closed', { EventPattern: { 'detail-type': ['closed'] }, Targets: [toQueue('closed', { DeadLetterConfig: { Arn: arnOf.queue('dead') } }), { Id: '2', Arn: arnOf.func('forbidden') }] }),
      aRule('fifo', { EventPattern: { 'detail-type': ['in.line'] }, Targets: [toQueue('lines.fifo', { SqsParameters: { MessageGroupId: 'g' } })] }),
      aRule('on-default', { EventBusName: 'default', Targets: [toQueue('other')] }),
      aRule('circle', { EventPattern: { 'detail-type': ['circle'] }, Targets: [toQueue('circle'), { Id: '2', Arn: arnOf.bus('crm') }] }),
    ], {
      allowedByResourcePolicy: (target, action, principal, source) =>
        principal === 'events.amazonaws.com' && source.includes(':rule/') && target !== arnOf.queue('closed') && target !== arnOf.func('forbidden') && action !== 'sqs:*',
      deny: (action, arn) => action === 'events:PutEvents' && arn === arnOf.bus('secret'),
    })
  })
  afterAll(() => events.close())

  const put = (...entries: PutEventsRequestEntry[]) => events.client.send(new PutEventsCommand({ Entries: entries }))

  it('hands an event to every matching target in EventBridge\'s form', async () => {
    const answer = await put(anEntry({ Time: new Date('2026-03-01T12:00:00.900Z'), Resources: ['arn:example'] }))
    const event = {
      version: '0', id: answer.Entries?.[0]?.EventId, 'detail-type': 'deal.updated', source: 'leadline', account: '000000000000',
      time: '2026-03-01T12:00:00Z', region: 'eu-west-1', resources: ['arn:example'], detail: { id: 88, stage: 'WON' },
    }
    expect(answer.FailedEntryCount).toBe(0)
    expect(events.take('all').map(({ body }) => JSON.parse(body) as unknown)).toEqual([event])
    expect(events.take('won')).toHaveLength(1)
    expect(events.take('off')).toEqual([])
    expect(events.take('other')).toEqual([])
    await until(() => events.invoked.length > 0)
    expect(events.invoked).toEqual([{ name: 'react', event }])
    await put(anEntry({ Detail: '{"stage":"LOST"}' }), anEntry({ EventBusName: 'default' }))
    expect([events.take('won').length, events.take('all').length, events.take('other').length]).toEqual([0, 1, 1])
  })

  it('answers each entry by itself', async () => {
    const answer = await put(
      anEntry({ Source: '' }), anEntry({ DetailType: '' }), anEntry({ Detail: '{' }), anEntry({ Detail: '[]' }), anEntry({ Source: 'aws.ec2' }),
      anEntry({ DetailType: 'x'.repeat(129) }), anEntry(),
    )
    expect(answer.FailedEntryCount).toBe(6)
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'InvalidArgument', 'InvalidArgument', 'MalformedDetail', 'MalformedDetail', 'NotAuthorizedForSourceException', 'InvalidArgument', undefined,
    ])
    expect(events.take('all')).toHaveLength(1)
  })

  it('sends an event on to another bus as it is', async () => {
    const answer = await put(anEntry({ DetailType: 'forward.me' }))
    expect(events.take('copies').map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([{ id: answer.Entries?.[0]?.EventId, 'detail-type': 'forward.me' }])
    events.take('all')
  })

  it('ends a circle of buses', async () => {
    await put(anEntry({ DetailType: 'circle' }))
    expect(events.take('circle').length).toBeGreaterThan(1)
    expect(events.host.lines.join()).toContain('from bus to bus')
    events.take('all')
  })

  it('puts aside what a target\'s policy refuses', async () => {
    await put(anEntry({ DetailType: 'closed' }))
    expect(events.take('closed')).toEqual([])
    expect(events.take('dead')).toMatchObject([{
      body: expect.stringContaining('"detail-type":"closed"'),
      messageAttributes: { RULE_ARN: { stringValue: arnOf.rule('closed') }, TARGET_ARN: { stringValue: arnOf.queue('closed') }, ERROR_CODE: { stringValue: 'NO_PERMISSIONS' } },
    }])
    expect(events.host.lines.some((line) => line.includes('forbidden') && line.includes('lost'))).toBe(true)
    events.take('all')
  })

  it('gives a FIFO queue its message group', async () => {
    await put(anEntry({ DetailType: 'in.line' }))
    expect(events.take('lines.fifo')).toMatchObject([{ attributes: { MessageGroupId: 'g' } }])
    events.take('all')
  })

  it('says that an event for an unknown bus is lost', async () => {
    expect(await put(anEntry({ EventBusName: 'nowhere' }))).toMatchObject({ FailedEntryCount: 0 })
    expect(events.host.lines.join()).toContain('no bus nowhere')
  })

  const mebibyte = 1_048_576
  it.each([
    ['no entry', [], 'ValidationException'],
    ['eleven entries', Array.from({ length: 11 }, () => anEntry()), 'ValidationException'],
    ['a mebibyte', [anEntry({ Detail: JSON.stringify({ x: 'x'.repeat(mebibyte) }) })], 'ValidationException'],
    ['a missing grant', [anEntry({ EventBusName: arnOf.bus('secret') })], 'AccessDeniedException'],
  ])('refuses %s as a whole', async (_what, entries, name) => {
    await expect(put(...entries)).rejects.toMatchObject({ name })
    expect(events.take('all')).toEqual([])
  })

  it('takes an event of nearly a mebibyte', async () => {
    expect(await put(anEntry({ Detail: JSON.stringify({ x: 'x'.repeat(mebibyte - 1_000) }) }))).toMatchObject({ FailedEntryCount: 0 })
    events.take('all')
  })

  it('takes events through the door too', () => {
    const { eventId } = events.host.events.put({ source: 'leadline', detailType: 'deal.updated', detail: { id: 1 }, busName: 'crm' })
    expect(events.take('all').map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([{ id: eventId, detail: { id: 1 } }])
  })
})

describe('a wrong template', () => {
  const queue = { Id: '1', Arn: arnOf.queue('q') }
  it.each([
    ['a wrong pattern', aRule('bad', { EventPattern: { source: 'leadline' } }), /bad: .*source/],
    ['a bus that is not there', aRule('bad', { EventBusName: 'nowhere' }), /bad: .*nowhere/],
    ['a target that cannot be played', aRule('bad', { Targets: [{ Id: '1', Arn: 'arn:aws:states:eu-west-1:000000000000:stateMachine:x' }] }), /bad: .*stateMachine:x/],
    ['a FIFO queue without a group', aRule('bad', { Targets: [{ Id: '1', Arn: arnOf.queue('q.fifo') }] }), /bad: .*MessageGroupId/],
    ['a dead-letter queue that is not there', aRule('bad', { Targets: [{ ...queue, DeadLetterConfig: { Arn: arnOf.queue('nowhere') } }] }), /bad: .*nowhere/],
    ['a wrong schedule', aRule('bad', { EventPattern: undefined, EventBusName: 'default', ScheduleExpression: 'rate(5 minute)' }), /bad: .*rate/],
    ['a schedule on another bus', aRule('bad', { ScheduleExpression: 'rate(5 minutes)' }), /bad: .*default bus/],
    ['a rule that can never happen', aRule('bad', { EventPattern: undefined }), /bad: .*neither/],
    ['a template with an unknown variable', aRule('bad', { Targets: [{ ...queue, InputTransformer: { InputTemplate: '{"a":<b>}' } }] }), /bad: .*<b>/],
    ['two kinds of input', aRule('bad', { Targets: [{ ...queue, Input: '{}', InputPath: '$.detail' }] }), /bad: .*one of/],
  ])('stops the start with the rule\'s name: %s', async (_what, rule, problem) => {
    await expect(anEventHost([aBus('crm'), aQueue('q'), aQueue('q.fifo'), rule])).rejects.toThrow(problem)
  })
})
