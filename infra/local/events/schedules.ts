import { randomUUID } from 'node:crypto'
import type { Host, Resource } from '../contract.ts'
import { record, text } from '../properties.ts'
import { naming } from './rules.ts'
import type { Rule } from './rules.ts'
import { checkExpression, nextTime } from './schedule-expression.ts'
import { targetOf } from './targets.ts'
import type { Target } from './targets.ts'

/** Something that happens at times. */
export interface Schedule {
  readonly name: string
  readonly expression: string
  readonly timezone: string
  /** Called when it is due; `dueAt` is the planned moment. */
  run(dueAt: Date): void
}

/** `setTimeout` counts in 32 bits, and a laptop sleeps: look at the clock at least this often. */
const longestWaitMs = 600_000

/** Runs schedules while the host is up. A time that passed while it was down is not made up for, as a switched-off rule's is not. */
export function runSchedules(host: Host, schedules: readonly Schedule[]): { stop(): void } {
  const timers = new Map<Schedule, NodeJS.Timeout>()

  const arm = (schedule: Schedule, after: Date): void => {
    const due = nextTime(schedule.expression, after, schedule.timezone)
    if (due === undefined) return
    const wait = (): void => {
      const left = due.getTime() - host.now().getTime()
      if (left > 0) return void timers.set(schedule, setTimeout(wait, Math.min(left, longestWaitMs)).unref())
      try {
        schedule.run(due)
      } catch (problem) {
        host.log(`the schedule ${schedule.name} failed: ${problem instanceof Error ? problem.message : String(problem)}`)
      }
      arm(schedule, host.now())
    }
    wait()
  }

  for (const schedule of schedules) arm(schedule, host.now())
  return {
    stop() {
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}

/** The schedules among the rules. */
export function ruleSchedules(host: Host, rules: readonly Rule[], deliver: (rule: Rule, event: Parameters<Target['input']>[0]) => void): Schedule[] {
  return rules.flatMap((rule) => {
    const { schedule } = rule
    if (schedule === undefined) return []
    return [{
      name: rule.name,
      expression: schedule,
      timezone: 'UTC',
      run: (dueAt: Date) => deliver(rule, scheduledEvent(host, 'aws.events', rule.arn, dueAt)),
    }]
  })
}

/**
 * The schedules of EventBridge Scheduler. Unlike a rule, one calls its target by a role of its own, so no policy of the target
 * is asked.
 *
 * @throws Error that names a schedule which is wrong or has a target that the local host does not have
 */
export function schedulerSchedules(host: Host, invoke: (functionArn: string, input: string) => void): Schedule[] {
  return host.resources('AWS::Scheduler::Schedule').flatMap((resource) => {
    const schedule = naming(resource, () => schedulerSchedule(host, resource, invoke))
    return resource.properties['State'] === 'DISABLED' ? [] : [schedule]
  })
}

function schedulerSchedule(host: Host, { name, arn, properties }: Resource, invoke: (functionArn: string, input: string) => void): Schedule {
  const expression = text(properties['ScheduleExpression']) ?? ''
  const timezone = text(properties['ScheduleExpressionTimezone']) ?? 'UTC'
  checkExpression(expression, timezone)
  const { Input: constant, ...rest } = record(properties['Target'])
  const target = targetOf(host, rest)
  if (target.kind !== 'function' && target.kind !== 'queue') throw new Error('the local host schedules functions and queues only')
  const template = text(constant)
  return {
    name,
    expression,
    timezone,
    run(dueAt) {
      const keywords: Readonly<Record<string, string>> = {
        'schedule-arn': arn, 'scheduled-time': dueAt.toISOString(), 'execution-id': randomUUID(), 'attempt-number': '1',
      }
      const input =
        template?.replaceAll(/<aws\.scheduler\.([a-z-]+)>/g, (whole, keyword: string) => keywords[keyword] ?? whole) ??
        JSON.stringify({ ...scheduledEvent(host, 'aws.scheduler', arn, dueAt), detail: '{}' })
      if (target.kind === 'function') invoke(target.arn, input)
      else host.sqs.send(target.arn, { body: input, ...(target.groupId === undefined ? {} : { groupId: target.groupId }) })
    },
  }
}

function scheduledEvent(host: Host, source: string, arn: string, dueAt: Date): Parameters<Target['input']>[0] {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source,
    account: host.accountId,
    time: `${dueAt.toISOString().slice(0, 19)}Z`,
    region: host.region,
    resources: [arn],
    detail: {},
  }
}
