import { describe, expect, it } from 'vitest'
import { checkExpression, nextTime } from '../../../../infra/local/events/schedule-expression.ts'
import { aResource } from '../../../support/a-host.ts'
import { until } from '../../../support/until.ts'
import { aFunction, anEventHost, aQueue, aRule, arnOf } from './an-event-host.ts'

/** A Sunday. */
const after = new Date('2026-03-01T12:07:30Z')

describe('the next time of a schedule', () => {
  it.each([
    ['rate(1 minute)', '2026-03-01T12:08:00.000Z'],
    ['rate(15 minutes)', '2026-03-01T12:15:00.000Z'],
    ['rate(1 hour)', '2026-03-01T13:00:00.000Z'],
    ['rate(7 days)', '2026-03-05T00:00:00.000Z'],
    ['cron(0/15 * * * ? *)', '2026-03-01T12:15:00.000Z'],
    ['cron(*/15 * * * ? *)', '2026-03-01T12:15:00.000Z'],
    ['cron(5/20,0 8-10 * * ? *)', '2026-03-02T08:00:00.000Z'],
    ['cron(0 10 ? * 1 *)', '2026-03-08T10:00:00.000Z'],
    ['cron(0 10 ? * 7 *)', '2026-03-07T10:00:00.000Z'],
    ['cron(0 10 ? * SUN *)', '2026-03-08T10:00:00.000Z'],
    ['cron(0 10 ? * 2-6 *)', '2026-03-02T10:00:00.000Z'],
    ['cron(0 10 ? * MON-FRI *)', '2026-03-02T10:00:00.000Z'],
    ['cron(0 10 ? * 3,5 *)', '2026-03-03T10:00:00.000Z'],
    ['cron(0 10 L * ? *)', '2026-03-31T10:00:00.000Z'],
    ['cron(0 10 15W * ? *)', '2026-03-16T10:00:00.000Z'],
    ['cron(0 10 ? * L *)', '2026-03-07T10:00:00.000Z'],
    ['cron(0 10 ? * 6L *)', '2026-03-27T10:00:00.000Z'],
    ['cron(0 10 ? * 3#2 *)', '2026-03-10T10:00:00.000Z'],
    ['cron(0 10 ? * TUE#2 *)', '2026-03-10T10:00:00.000Z'],
    ['cron(0 0 1 1/3 ? *)', '2026-04-01T00:00:00.000Z'],
    ['cron(0 0 1 JAN ? 2028)', '2028-01-01T00:00:00.000Z'],
    ['cron(0 0 1 1 ? 2020)', undefined],
    ['at(2026-05-01T09:00:00)', '2026-05-01T09:00:00.000Z'],
    ['at(2020-05-01T09:00:00)', undefined],
  ])('%s is %s', (expression, expected) => {
    expect(nextTime(expression, after)?.toISOString()).toBe(expected)
  })

  it('minds a time zone with its summer time', () => {
    expect(nextTime('cron(0 9 * * ? *)', new Date('2026-07-01T00:00:00Z'), 'Europe/Riga')?.toISOString()).toBe('2026-07-01T06:00:00.000Z')
    expect(nextTime('cron(0 9 * * ? *)', new Date('2026-01-01T00:00:00Z'), 'Europe/Riga')?.toISOString()).toBe('2026-01-01T07:00:00.000Z')
  })

  it('is after the moment asked for, so that a schedule does not ring twice', () => {
    const due = new Date('2026-03-01T12:15:00Z')
    for (const expression of ['rate(15 minutes)', 'cron(0/15 * * * ? *)']) expect(nextTime(expression, due)?.toISOString()).toBe('2026-03-01T12:30:00.000Z')
  })

  it.each(['rate(0 minutes)', 'rate(1 minutes)', 'rate(5 minute)', 'rate(5 weeks)', 'cron(* * * * *)', 'cron(0 10 * * * *)', 'cron(0 10 ? * ? *)', 'cron(60 10 * * ? *)', 'at(tomorrow)', 'daily', ''])('is refused for %s', (expression) => {
    expect(() => checkExpression(expression)).toThrow(expression)
  })
})

describe('a schedule', () => {
  /** The clock stands shortly before a full minute until somebody lets it run on from there, however long the host takes to start. */
  const aClockBefore = (full: string): { now(): Date; run(): void } => {
    const start = new Date(full).getTime() - 50
    let since: number | undefined
    return { now: () => new Date(start + (since === undefined ? 0 : Date.now() - since)), run: () => void (since ??= Date.now()) }
  }
  const scheduled = (name: string, properties: Record<string, unknown>) =>
    aRule(name, { EventBusName: undefined, EventPattern: undefined, ScheduleExpression: 'rate(15 minutes)', ...properties })

  it('rings for the targets of its rule, with their own input', async () => {
    const clock = aClockBefore('2026-03-01T12:15:00Z')
    const events = await anEventHost([
      aFunction('sweep'), aQueue('ticks'), aQueue('off'),
      scheduled('often', { Targets: [{ Id: '1', Arn: arnOf.func('sweep') }, { Id: '2', Arn: arnOf.queue('ticks'), Input: '{"do":"it"}' }] }),
      scheduled('never', { State: 'DISABLED', Targets: [{ Id: '1', Arn: arnOf.queue('off') }] }),
    ], { now: clock.now })
    clock.run()
    await until(() => events.invoked.length > 0)
    expect(events.invoked).toMatchObject([{
      name: 'sweep',
      event: { source: 'aws.events', 'detail-type': 'Scheduled Event', time: '2026-03-01T12:15:00Z', resources: [arnOf.rule('often')], detail: {} },
    }])
    expect(events.take('ticks').map(({ body }) => body)).toEqual(['{"do":"it"}'])
    expect(events.take('off')).toEqual([])
    await events.close()
  })

  it('of EventBridge Scheduler rings in its time zone, with its keywords filled in', async () => {
    const clock = aClockBefore('2026-07-01T06:00:00Z')
    const events = await anEventHost([
      aQueue('ticks'),
      aResource({
        type: 'AWS::Scheduler::Schedule', name: 'nine', arn: 'arn:schedule',
        properties: {
          ScheduleExpression: 'cron(0 9 * * ? *)', ScheduleExpressionTimezone: 'Europe/Riga', FlexibleTimeWindow: { Mode: 'OFF' },
          Target: { Arn: arnOf.queue('ticks'), RoleArn: 'arn:role', Input: '{"by":"<aws.scheduler.schedule-arn>","at":"<aws.scheduler.scheduled-time>"}' },
        },
      }),
    ], { now: clock.now })
    clock.run()
    let bodies: string[] = []
    await until(() => (bodies = [...bodies, ...events.take('ticks').map(({ body }) => body)]).length > 0)
    expect(bodies).toEqual(['{"by":"arn:schedule","at":"2026-07-01T06:00:00.000Z"}'])
    await events.close()
  })
})
