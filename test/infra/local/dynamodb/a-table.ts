import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Resource } from '../../../../infra/local/contract.ts'
import { createDynamodb } from '../../../../infra/local/dynamodb/index.ts'
import type { DynamodbOptions } from '../../../../infra/local/dynamodb/index.ts'
import { aHost, aResource } from '../../../support/a-host.ts'
import type { HostOptions, TestHost } from '../../../support/a-host.ts'

export const TableName = 'crm'
export const streamArn = 'arn:aws:dynamodb:eu-west-1:000000000000:table/crm/stream/local'

/** The product's table in small: two keys, an owner index that shows the title, a stream, expiry. */
export function aTable(properties: Record<string, unknown> = {}): Resource {
  return aResource({
    type: 'AWS::DynamoDB::GlobalTable',
    name: TableName,
    arn: `arn:aws:dynamodb:eu-west-1:000000000000:table/${TableName}`,
    properties: {
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'ownerKey', AttributeType: 'S' },
        { AttributeName: 'id', AttributeType: 'N' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byOwner',
          KeySchema: [{ AttributeName: 'ownerKey', KeyType: 'HASH' }, { AttributeName: 'id', KeyType: 'RANGE' }],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['title'] },
        },
      ],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      ...properties,
    },
  })
}

export interface TableHost extends TestHost {
  readonly db: DynamoDBClient
}

/** A host with the real engine, by default without lag. */
export async function aTableHost(options: HostOptions & DynamodbOptions = {}): Promise<TableHost> {
  const { lagMs = 0, expiryMs = 60_000, ...rest } = options
  const host = await aHost({ resources: [aTable()], ...rest, parts: { dynamodb: (made) => createDynamodb(made, { lagMs, expiryMs }) } })
  const db = new DynamoDBClient(host.client)
  const close = host.close.bind(host)
  return Object.assign(host, {
    db,
    async close() {
      db.destroy()
      await close()
    },
  })
}

/** A row as the SDK takes it; a deal unless told otherwise. */
export function aRow(id: number, more: Record<string, AttributeValue> = {}): Record<string, AttributeValue> {
  return { pk: { S: `ITEM#deal#${id}` }, sk: { S: 'ITEM' }, ownerKey: { S: 'deal#U#7' }, id: { N: String(id) }, title: { S: `Deal ${id}` }, ...more }
}

export function keyOf(id: number): Record<string, AttributeValue> {
  return { pk: { S: `ITEM#deal#${id}` }, sk: { S: 'ITEM' } }
}
