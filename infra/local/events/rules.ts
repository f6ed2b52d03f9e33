import type { Host, Resource } from '../contract.ts'
import { record, text } from '../properties.ts'
import { checkPattern, PatternError } from './pattern.ts'
import { checkExpression } from './schedule-expression.ts'
import { targetOf } from './targets.ts'
import type { Target } from './targets.ts'

/** A rule of the template that is switched on. */
export interface Rule {
  readonly name: string
  readonly arn: string
  readonly bus: string
  readonly pattern: object | undefined
  /** `rate(...)` or `cron(...)`. */
  readonly schedule: string | undefined
  readonly targets: readonly Target[]
}

/** The bus that every account has. */
const defaultBus = 'default'

/** A bus by its name, its ARN, or nothing: the default bus. */
export function busNameOf(nameOrArn: unknown): string {
  return (text(nameOrArn) ?? defaultBus).replace(/^arn:.*:event-bus\//, '')
}

/** The names of the account's buses. */
export function busesOf(host: Host): ReadonlySet<string> {
  return new Set([defaultBus, ...host.resources('AWS::Events::EventBus').map(({ name }) => name)])
}

/**
 * The rules of the template. Rules that are switched off are checked and left out.
 *
 * @throws Error that names the rule if AWS would refuse it, or if the local host cannot do what it says
 */
export function rulesOf(host: Host): readonly Rule[] {
  const buses = busesOf(host)
  return host.resources('AWS::Events::Rule').flatMap((resource) => {
    const rule = naming(resource, () => ruleOf(host, resource, buses))
    return resource.properties['State'] === 'DISABLED' ? [] : [rule]
  })
}

function ruleOf(host: Host, { name, arn, properties }: Resource, buses: ReadonlySet<string>): Rule {
  const bus = busNameOf(properties['EventBusName'])
  if (!buses.has(bus)) throw new Error(`the bus ${bus} is not in the template`)
  const pattern = patternOf(properties['EventPattern'])
  const schedule = text(properties['ScheduleExpression'])
  if (pattern === undefined && schedule === undefined) throw new Error('it has neither EventPattern nor ScheduleExpression')
  if (pattern !== undefined) checkPattern(pattern)
  if (schedule !== undefined) {
    if (bus !== defaultBus) throw new Error('a schedule works on the default bus only')
    if (!/^(rate|cron)\(/.test(schedule)) throw new Error(`ScheduleExpression ${schedule} is neither rate() nor cron()`)
    checkExpression(schedule)
  }
  const targets = properties['Targets'] ?? []
  if (!Array.isArray(targets)) throw new Error('Targets must be a list')
  return { name, arn, bus, pattern, schedule, targets: targets.map((target) => targetOf(host, record(target))) }
}

function patternOf(given: unknown): object | undefined {
  const pattern: unknown = typeof given === 'string' ? JSON.parse(given) : given
  if (pattern === undefined) return undefined
  if (typeof pattern !== 'object' || pattern === null) throw new PatternError('', 'an object is wanted')
  return pattern
}

/** Adds to an error whose it is. */
export function naming<T>(resource: Resource, work: () => T): T {
  try {
    return work()
  } catch (problem) {
    throw new Error(`${resource.type} ${resource.name}: ${problem instanceof Error ? problem.message : String(problem)}`, { cause: problem })
  }
}
