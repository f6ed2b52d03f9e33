import { randomUUID } from 'node:crypto'
import { AwsError } from '../contract.ts'
import type { Door, EventsDoor, Host, Service } from '../contract.ts'
import { jsonAnswer } from '../aws-wire.ts'
import { createBus } from './bus.ts'
import { createInvocations } from './invocations.ts'
import { entriesOf, entryOf } from './put-events.ts'
import type { Entry } from './put-events.ts'
import { createRecentEvents } from './recent-events.ts'
import { busesOf, busNameOf, rulesOf } from './rules.ts'
import type { Rule } from './rules.ts'
import { ruleSchedules, runSchedules, schedulerSchedules } from './schedules.ts'
import type { BusEvent } from './target-input.ts'

/**
 * EventBridge: the template's buses, rules and schedules, and PutEvents. An event that was answered has reached its queues and
 * waits durably for its functions, which get it at least once.
 */
export function createEvents(host: Host): Service & EventsDoor & { readonly recent: Door } {
  let rules: readonly Rule[] = []
  let buses: ReadonlySet<string> = new Set()
  let schedules: { stop(): void } | undefined
  const invocations = createInvocations(host, 'events_invocations')
  const bus = createBus(host, () => rules, invocations)

  const recent = createRecentEvents()

  const accept = (entry: Entry): string => {
    const event = eventOf(host, entry)
    recent.keep(entry.bus, event)
    // AWS answers as if all were well.
    if (buses.has(entry.bus)) bus.accept(entry.bus, event)
    else host.log(`an event was dropped: there is no bus ${entry.bus} in the template`)
    return event.id
  }

  return {
    name: 'events',
    recent: recent.door,
    async start() {
      buses = busesOf(host)
      rules = rulesOf(host)
      const timed = [
        ...ruleSchedules(host, rules, (rule, event) => bus.deliver(rule, event)),
        ...schedulerSchedules(host, (functionArn, event) => invocations.add({ functionArn, event })),
      ]
      invocations.start()
      schedules = runSchedules(host, timed)
    },
    async stop() {
      schedules?.stop()
      await invocations.stop()
    },
    async handle(call) {
      const target = call.headers['x-amz-target'] ?? ''
      if (target !== 'AWSEvents.PutEvents') throw new AwsError('UnknownOperationException', `The local host has no operation ${target} of EventBridge.`)
      const given = entriesOf(call.body)
      for (const name of new Set(given.map(({ EventBusName }) => busNameOf(EventBusName)))) {
        host.authorise(call, 'events:PutEvents', `arn:aws:events:${host.region}:${host.accountId}:event-bus/${name}`)
      }
      const entries = given.map(entryOf)
      const answers = host.store.transaction(() => entries.map((entry) => ('ErrorCode' in entry ? entry : { EventId: accept(entry) })))
      return jsonAnswer('events', { FailedEntryCount: entries.filter((entry) => 'ErrorCode' in entry).length, Entries: answers })
    },
    put({ source, detailType, detail, busName, resources = [], time }) {
      return { eventId: accept({ bus: busNameOf(busName), source, detailType, detail, resources, time }) }
    },
  }
}

function eventOf(host: Host, { source, detailType, detail, resources, time }: Entry): BusEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: host.accountId,
    time: `${(time ?? host.now()).toISOString().slice(0, 19)}Z`,
    region: host.region,
    resources,
    detail,
  }
}
