import { Cron } from 'croner'

/** Milliseconds of the units of `rate()`. */
const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** Highest value of AWS's cron fields: minute, hour, day of month, month, day of week, year. */
const highest = [59, 23, 31, 12, 7, 2199]

/** @throws Error unless it is a `rate()`, `cron()` or `at()` that AWS takes */
export function checkExpression(expression: string, timezone = 'UTC'): void {
  nextTime(expression, new Date(0), timezone)
}

/**
 * When a schedule is due next after a moment; undefined if never again.
 *
 * A rate counts from 1970 on AWS's clock-like units, not from the rule's making: so it neither begins anew with each start of
 * the host nor needs to be remembered.
 *
 * @param timezone for `cron()` and `at()`; rules work in UTC
 * @throws Error if the expression is wrong
 */
export function nextTime(expression: string, after: Date, timezone = 'UTC'): Date | undefined {
  const [, kind, inside = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim()) ?? []
  switch (kind) {
    case 'rate': {
      const every = rateMs(inside, expression)
      return new Date((Math.floor(after.getTime() / every) + 1) * every)
    }
    case 'cron':
      return nextRun(cronerPattern(inside, expression), after, timezone, expression)
    case 'at':
      if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(inside)) throw new Error(`${expression} must be at(yyyy-mm-ddThh:mm:ss)`)
      return nextRun(inside, after, timezone, expression)
    default:
      throw new Error(`${expression} is none of rate(), cron() and at()`)
  }
}

function rateMs(inside: string, expression: string): number {
  const [, count = '', unit = '', plural = ''] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(inside) ?? []
  // AWS insists on grammar: rate(1 minute), rate(5 minutes).
  if (unit === '' || (count === '1') !== (plural === '')) throw new Error(`${expression} is not a rate such as rate(1 minute) or rate(5 minutes)`)
  return Number(count) * (units[unit] ?? 0)
}

function nextRun(pattern: string, after: Date, timezone: string, expression: string): Date | undefined {
  try {
    return new Cron(pattern, { timezone, alternativeWeekdays: true, paused: true }).nextRun(after) ?? undefined
  } catch (problem) {
    throw new Error(`${expression} is not valid: ${problem instanceof Error ? problem.message : String(problem)}`, { cause: problem })
  }
}

/** AWS's six fields (minute to year) as croner's seven (second to year); `alternativeWeekdays` makes 1 mean Sunday. */
function cronerPattern(inside: string, expression: string): string {
  const fields = inside.trim().split(/\s+/)
  if (fields.length !== 6) throw new Error(`${expression} must have six fields`)
  const [, , dayOfMonth, , dayOfWeek] = fields
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) throw new Error(`${expression} must have ? as either day of month or day of week`)
  return ['0', ...fields.map((field, position) => cronerField(field, position))].join(' ')
}

function cronerField(field: string, position: number): string {
  if (field === '?') return '*'
  return field.split(',').map((part) => {
    // `5/15` means "from 5 on, each 15th"; croner wants the end said.
    const [, start, each] = /^(\w+)\/(\d+)$/.exec(part) ?? []
    if (start !== undefined) return `${start}-${highest[position]}/${each}`
    if (position !== 4) return part
    // Day of week: `L` is Saturday, `6L` the month's last Friday.
    return part === 'L' ? '7' : part.replace(/^(\w+)L$/, '$1#L')
  }).join(',')
}
