import { AwsError } from '../contract.ts'
import type { Host } from '../contract.ts'
import type { Invocations } from './invocations.ts'
import { matches } from './pattern.ts'
import { busNameOf } from './rules.ts'
import type { Rule } from './rules.ts'
import type { BusEvent } from './target-input.ts'
import type { Target } from './targets.ts'

/** Takes events and hands them to the targets of rules. */
export interface Bus {
  /** Hands an event to the targets of all rules of the bus that match, in one transaction: afterwards each target has it, or it waits durably for a function, or lies in a dead-letter queue. */
  accept(bus: string, event: BusEvent): void
  /** Hands an event to the targets of one rule (a schedule that is due). */
  deliver(rule: Rule, event: BusEvent): void
}

/** An event that went from bus to bus this often is dropped: the rules send it in a circle. */
const mostHops = 5

export function createBus(host: Host, rules: () => readonly Rule[], invocations: Invocations): Bus {
  const accept = (bus: string, event: BusEvent, hops: number): void => {
    if (hops > mostHops) return host.log(`an event was dropped: it went from bus to bus ${mostHops} times and came to ${bus}`)
    host.store.transaction(() => {
      for (const rule of rules()) {
        if (rule.bus === bus && rule.pattern !== undefined && matches(rule.pattern, event)) deliver(rule, event, hops)
      }
    })
  }

  const deliver = (rule: Rule, event: BusEvent, hops: number): void => {
    host.store.transaction(() => {
      for (const target of rule.targets) handTo(rule, target, event, hops)
    })
  }

  const handTo = (rule: Rule, target: Target, event: BusEvent, hops: number): void => {
    const refuse = (code: string, message: string): void => putAside(host, rule, target, event, code, message)
    const input = target.input(event, { ruleArn: rule.arn, ruleName: rule.name, receivedAt: host.now() })
    switch (target.kind) {
      case 'bus':
        return accept(busNameOf(target.arn), JSON.parse(input) as BusEvent, hops + 1)
      case 'logs':
        return
      case 'function':
        if (!host.allowedByResourcePolicy(target.arn, 'lambda:InvokeFunction', 'events.amazonaws.com', rule.arn)) return refuse('NO_PERMISSIONS', 'The policy of the function does not allow the rule')
        if (!isJson(input)) return refuse('INVALID_JSON', 'The input template made no JSON')
        return invocations.add({ functionArn: target.arn, event: input })
      case 'queue':
        if (!host.allowedByResourcePolicy(target.arn, 'sqs:SendMessage', 'events.amazonaws.com', rule.arn)) return refuse('NO_PERMISSIONS', 'The policy of the queue does not allow the rule')
        try {
          host.sqs.send(target.arn, { body: input, ...(target.groupId === undefined ? {} : { groupId: target.groupId }) })
        } catch (problem) {
          if (!(problem instanceof AwsError)) throw problem
          refuse('SDK_CLIENT_ERROR', problem.message)
        }
    }
  }

  return {
    accept: (bus, event) => accept(bus, event, 0),
    deliver: (rule, event) => deliver(rule, event, 0),
  }
}

/** To the target's dead-letter queue. What the target refused once it would refuse again, so EventBridge does not retry it either. */
function putAside(host: Host, rule: Rule, target: Target, event: BusEvent, code: string, message: string): void {
  const { deadLetterArn } = target
  const problem = `the rule ${rule.name} could not hand an event to ${target.arn}: ${message}`
  if (deadLetterArn === undefined || !host.allowedByResourcePolicy(deadLetterArn, 'sqs:SendMessage', 'events.amazonaws.com', rule.arn)) {
    return host.log(`${problem}, and it is lost`)
  }
  const texts = { RULE_ARN: rule.arn, TARGET_ARN: target.arn, ERROR_CODE: code, ERROR_MESSAGE: message, RETRY_ATTEMPTS: '0' }
  const attributes = Object.fromEntries(Object.entries(texts).map(([name, stringValue]) => [name, { dataType: name === 'RETRY_ATTEMPTS' ? 'Number' : 'String', stringValue }]))
  try {
    host.sqs.send(deadLetterArn, { body: JSON.stringify(event), attributes })
    host.log(problem)
  } catch (refusal) {
    if (!(refusal instanceof AwsError)) throw refusal
    host.log(`${problem}, and it is lost: ${refusal.message}`)
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
