import type { Host } from '../contract.ts'
import { AwsError } from '../contract.ts'
import { flag, record, text, texts } from '../properties.ts'
import { requireTopicGrant } from './grants.ts'
import type { SentEvent } from './sent-events.ts'

export interface EventPublisher {
  hasSet(configurationSet: string): boolean
  /** Stores the events for the topics of a configuration set; call it in the transaction that stores what they tell of. */
  store(configurationSet: string, events: readonly SentEvent[]): void
  /** Publishes what is stored, in order; returns at once. */
  wake(): void
  stop(): void
}

interface Destination {
  readonly configurationSet: string
  readonly topicArn: string
  readonly types: readonly string[]
}

interface Row {
  position: number
  source: string
  topic: string
  body: string
}

const retryMilliseconds = 1_000

export const configurationSetArn = (host: Host, name: string): string => `arn:aws:ses:${host.region}:${host.accountId}:configuration-set/${name}`

/**
 * Publishes the events of configuration sets to their SNS topics, at least once each, over restarts too.
 *
 * @throws Error that names the resource, for event destinations other than SNS
 */
export function createEventPublisher(host: Host): EventPublisher {
  const { store } = host
  const destinations = readDestinations(host)
  const sets = new Set(host.resources('AWS::SES::ConfigurationSet').map(({ name }) => name))
  store.run('create table if not exists ses_event (position integer primary key autoincrement, source text not null, topic text not null, body text not null)')
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const publishAll = (): void => {
    timer = undefined
    if (isStopped) return
    for (const { position, source, topic, body } of store.all<Row>('select * from ses_event order by position')) {
      try {
        requireTopicGrant(host, topic, source)
        host.sns.publish(topic, body, 'Amazon SES Email Event Notification')
      } catch (problem) {
        host.log(`ses: an event could not be published to ${topic}: ${problem instanceof Error ? problem.message : String(problem)}`)
        if (!(problem instanceof AwsError)) return schedule(retryMilliseconds)
        // Refused for good, since the topic is gone or does not let SES in: SES drops it too.
      }
      store.run('delete from ses_event where position = ?', position)
    }
  }

  const schedule = (milliseconds: number): void => {
    timer ??= setTimeout(publishAll, milliseconds)
  }

  return {
    hasSet: (configurationSet) => sets.has(configurationSet),
    store(configurationSet, events) {
      const sourceArn = configurationSetArn(host, configurationSet)
      for (const { topicArn, types } of destinations.filter((one) => one.configurationSet === configurationSet)) {
        for (const event of events.filter(({ eventType }) => types.includes(eventType.toLowerCase()))) {
          store.run('insert into ses_event (source, topic, body) values (?, ?, ?)', sourceArn, topicArn, JSON.stringify(event))
        }
      }
    },
    wake: () => schedule(0),
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

function readDestinations(host: Host): Destination[] {
  return host.resources('AWS::SES::ConfigurationSetEventDestination').flatMap(({ logicalId, properties }) => {
    const destination = record(properties.EventDestination)
    // CloudWatch only counts, which has no local meaning.
    if (!flag(destination.Enabled) || destination.CloudWatchDestination !== undefined) return []
    const topicArn = text(record(destination.SnsDestination).TopicARN)
    if (topicArn === undefined) throw new Error(`The local host publishes SES events to SNS only, ${logicalId} names another destination`)
    const types = texts(destination.MatchingEventTypes).map((type) => type.toLowerCase())
    return [{ configurationSet: text(properties.ConfigurationSetName) ?? '', topicArn, types }]
  })
}
