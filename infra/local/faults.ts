import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { errorAnswer } from './aws-wire.ts'
import { AwsError } from './contract.ts'
import type { AwsAnswer, AwsCall, Door, FaultDoor, InvocationOutcome } from './contract.ts'
import { readBody } from './read-body.ts'

/**
 * What shall go wrong. `function`, `service` and `action` narrow where (left out: anywhere); a whole invocation is the service
 * `lambda` with the action `Invoke`.
 */
const Rule = z
  .strictObject({
    function: z.string().min(1).optional(),
    service: z.string().min(1).optional(),
    action: z.string().min(1).optional(),
    when: z.enum(['before', 'after']).default('before'),
    do: z.enum(['kill', 'delay', 'throttle', 'conflict', 'kill-host']).optional(),
    /** How long `delay` waits. */
    milliseconds: z.int().min(0).max(60_000).default(1_000),
    /** How many calls the rule hits before it is spent. */
    times: z.int().min(1).default(1),
    /** Share of the matching calls that it hits, drawn at random. */
    probability: z.number().gt(0).max(1).default(1),
    /** Instead of `do`: how many times queues, streams, buses and schedules deliver an event to the function. */
    deliveries: z.int().min(1).max(10).optional(),
  })
  .refine((rule) => (rule.do === undefined) !== (rule.deliveries === undefined), { error: 'needs either `do` or `deliveries`' })
type Rule = z.output<typeof Rule>

export interface Faults extends FaultDoor {
  /** Runs a whole invocation with the faults that were asked for. */
  aroundInvocation(functionName: string, run: () => Promise<InvocationOutcome>): Promise<InvocationOutcome>
  /** `POST` adds one rule, `GET` lists those not yet spent, `DELETE` forgets all, at `/_local/faults`. */
  readonly door: Door
}

export interface FaultTools {
  kill(functionName: string): void
  /** Ends the whole process without any farewell. */
  killHost(): void
  log(line: string): void
}

/** Lets a test ask for trouble that AWS makes by itself: stopped functions, doubled events, slow, throttled and conflicting calls. */
export function createFaults({ kill, killHost, log }: FaultTools): Faults {
  let rules: { rule: Rule; left: number }[] = []

  /** Takes the rule that hits this call, if any, and counts the hit. A function is named in whole or by the part its developers know (`mail/inbound` in `leadline-mail-MailInbound…`). */
  const take = (functionName: string, service: string, action: string, when: Rule['when']): Rule | undefined => {
    const hit = rules.find(
      ({ rule }) =>
        rule.do !== undefined &&
        rule.when === when &&
        isFunction(rule, functionName) &&
        (rule.service ?? service) === service &&
        (rule.action ?? action) === action &&
        (rule.probability === 1 || Math.random() < rule.probability),
    )
    if (hit === undefined) return undefined
    hit.left -= 1
    rules = rules.filter(({ left }) => left > 0)
    log(`fault: ${String(hit.rule.do)} ${when} ${service}:${action} of ${functionName}`)
    return hit.rule
  }

  const suffer = async (rule: Rule | undefined, functionName: string): Promise<void> => {
    if (rule?.do === 'kill-host') killHost()
    if (rule?.do === 'kill') kill(functionName)
    if (rule?.do === 'delay') await sleep(rule.milliseconds)
  }

  return {
    async around(functionName, service, action, call, of) {
      const before = take(functionName, service, action, 'before')
      await suffer(before, functionName)
      if (before?.do === 'kill') throw new AwsError('InternalFailure', 'The caller was stopped before this call', 500)
      if (before?.do === 'throttle') return errorAnswer(service, throttling(service))
      if (before?.do === 'conflict') return conflict(service, action, of)
      const answer = await call()
      const after = take(functionName, service, action, 'after')
      await suffer(after, functionName)
      // The work is done, yet the caller learns of a failure: what a lost answer looks like.
      if (after?.do === 'throttle') return errorAnswer(service, throttling(service))
      if (after?.do === 'conflict') return conflict(service, action, of)
      return answer
    },
    async aroundInvocation(functionName, run) {
      const before = take(functionName, 'lambda', 'Invoke', 'before')
      await suffer(before, functionName)
      if (before?.do === 'kill') return stopped
      if (before?.do === 'throttle') return { ok: false, errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.', timedOut: false }
      const outcome = await run()
      const after = take(functionName, 'lambda', 'Invoke', 'after')
      await suffer(after, functionName)
      return after?.do === 'kill' ? stopped : outcome
    },
    deliveries(functionName) {
      const hit = rules.find(({ rule }) => rule.deliveries !== undefined && isFunction(rule, functionName) && Math.random() < rule.probability)
      if (hit === undefined) return 1
      hit.left -= 1
      rules = rules.filter(({ left }) => left > 0)
      return hit.rule.deliveries ?? 1
    },
    door: {
      async handle(request, response) {
        if (request.url !== '/_local/faults') return false
        const answer = (status: number, body?: unknown): void => {
          response.writeHead(status, { 'content-type': 'application/json' }).end(body === undefined ? undefined : JSON.stringify(body))
        }
        switch (request.method) {
          case 'POST': {
            const parsed = Rule.safeParse(parseJson(await readBody(request, 64 * 1024)))
            if (!parsed.success) answer(400, { message: z.prettifyError(parsed.error) })
            else {
              rules.push({ rule: parsed.data, left: parsed.data.times })
              answer(201, parsed.data)
            }
            break
          }
          case 'GET':
            answer(200, { items: rules.map(({ rule, left }) => ({ ...rule, left })) })
            break
          case 'DELETE':
            rules = []
            answer(204)
            break
          default:
            answer(405, { message: 'GET, POST or DELETE' })
        }
        return true
      },
    },
  }
}

const stopped: InvocationOutcome = { ok: false, errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: signal: killed', timedOut: false }

function isFunction({ function: wanted }: Rule, functionName: string): boolean {
  return wanted === undefined || simple(functionName).includes(simple(wanted))
}

/** Names compare by letters and digits only, since generated names put words together (`MailInbound`). */
function simple(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

const throttlingCodes: Readonly<Record<string, readonly [code: string, status: number]>> = {
  dynamodb: ['ProvisionedThroughputExceededException', 400],
  s3: ['SlowDown', 503],
  sqs: ['RequestThrottled', 403],
  sns: ['Throttled', 429],
  ses: ['Throttling', 400],
}

function throttling(service: string): AwsError {
  const [code, status] = throttlingCodes[service] ?? ['ThrottlingException', 400]
  return new AwsError(code, 'Rate exceeded', status)
}

/** A conflict with another transaction; a transaction says it once for each of its parts. */
function conflict(service: string, action: string, call: AwsCall | undefined): AwsAnswer {
  if (!action.startsWith('Transact')) return errorAnswer(service, new AwsError('TransactionConflictException', 'Transaction is ongoing for the item'))
  const { TransactItems } = (parseJson(call?.body ?? Buffer.alloc(0)) ?? {}) as { TransactItems?: unknown[] }
  const codes = (TransactItems ?? [null]).map((_item, index) => (index === 0 ? 'TransactionConflict' : 'None'))
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`
  return errorAnswer(service, new AwsError('TransactionCanceledException', message), {
    CancellationReasons: codes.map((Code) => (Code === 'None' ? { Code } : { Code, Message: 'Transaction is ongoing for the item' })),
  })
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
