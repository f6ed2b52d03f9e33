import type { Host, Resource } from './contract.ts'
import type { EventSource, Mapping } from './event-source.ts'
import { openQueueSource } from './queue-source.ts'
import { openStreamSource } from './stream-source.ts'

export interface EventSourceTools {
  readonly host: Host
  readonly mappings: readonly Resource[]
  readonly functions: readonly Resource[]
  /** The UUID of a mapping. */
  idOf(mapping: Resource): string
  /** Whether a function's role may do what the mapping does in its name. */
  roleAllows(func: Resource, action: string, resourceArn: string): boolean
}

/** What AWS demands of a function's role before it makes a mapping; without it the deployment fails, and so does the start here. */
const neededGrants = {
  sqs: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  dynamodb: ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'],
} as const

/**
 * Begins to feed functions from queues and streams.
 *
 * @throws Error that names the mapping whose function, source or grants are missing
 */
export function openEventSources(tools: EventSourceTools): EventSource[] {
  return tools.mappings.filter(({ properties }) => properties['Enabled'] !== false).map((resource) => open(readMapping(resource, tools), tools))
}

function open(mapping: Mapping, { host, roleAllows }: EventSourceTools): EventSource {
  const service = mapping.sourceArn.split(':')[2]
  if (service !== 'sqs' && service !== 'dynamodb') throw new Error(`The local host does not know event sources such as ${mapping.sourceArn}`)
  for (const action of neededGrants[service]) {
    if (!roleAllows(mapping.func, action, mapping.sourceArn)) {
      throw new Error(`The role of ${mapping.func.name} does not allow ${action} on ${mapping.sourceArn}, which its event source mapping needs`)
    }
  }
  if (service === 'sqs') return openQueueSource(host, mapping)
  return openStreamSource(host, mapping, (action, arn) => roleAllows(mapping.func, action, arn))
}

function readMapping(resource: Resource, { functions, idOf }: EventSourceTools): Mapping {
  const { properties } = resource
  const named = properties['FunctionName']
  const func = functions.find(({ name, arn }) => name === named || arn === named)
  if (func === undefined) throw new Error(`The event source mapping ${resource.logicalId} names the function ${String(named)}, which is not in the template`)
  const sourceArn = String(properties['EventSourceArn'])
  const filters = (properties['FilterCriteria'] as { Filters?: { Pattern: string }[] } | undefined)?.Filters ?? []
  return {
    id: idOf(resource),
    sourceArn,
    func,
    batchSize: Number(properties['BatchSize'] ?? (sourceArn.startsWith('arn:aws:sqs') ? 10 : 100)),
    batchingWindowSeconds: Number(properties['MaximumBatchingWindowInSeconds'] ?? 0),
    reportsItemFailures: (properties['FunctionResponseTypes'] as string[] | undefined)?.includes('ReportBatchItemFailures') ?? false,
    filters: filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown),
    properties,
  }
}
