import type { Host, Resource } from '../contract.ts'
import type { Connection } from './connection.ts'
import { EngineRefusal } from './connection.ts'

/** A table as the template declares it. */
export interface Table {
  readonly name: string
  readonly arn: string
  readonly keyNames: readonly string[]
  readonly indexes: ReadonlyMap<string, TableIndex>
  readonly attributes: readonly { readonly AttributeName: string; readonly AttributeType: string }[]
  /** What stream records show; undefined: the table has no stream. */
  readonly streamView: StreamView | undefined
  /** The attribute with the time of expiry in seconds, if rows expire. */
  readonly expiryAttribute: string | undefined
}

export interface TableIndex {
  readonly name: string
  readonly keyNames: readonly string[]
  readonly isLocal: boolean
  /** Attributes that are in the index besides its keys and the table's; undefined: all. */
  readonly projected: readonly string[] | undefined
}

export type StreamView = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES'

interface KeyElement {
  readonly AttributeName: string
  readonly KeyType: string
}
interface IndexProperties {
  readonly IndexName: string
  readonly KeySchema: readonly KeyElement[]
  readonly Projection?: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] }
}
interface TableProperties {
  readonly KeySchema: readonly KeyElement[]
  readonly AttributeDefinitions?: readonly { readonly AttributeName: string; readonly AttributeType: string }[]
  readonly GlobalSecondaryIndexes?: readonly IndexProperties[]
  readonly LocalSecondaryIndexes?: readonly IndexProperties[]
  readonly StreamSpecification?: { readonly StreamViewType?: StreamView }
  readonly TimeToLiveSpecification?: { readonly AttributeName?: string; readonly Enabled?: boolean | string }
}

export function tablesOf(host: Host): readonly Table[] {
  return [...host.resources('AWS::DynamoDB::Table'), ...host.resources('AWS::DynamoDB::GlobalTable')].map(tableOf)
}

function tableOf(resource: Resource): Table {
  const properties = resource.properties as unknown as TableProperties
  const indexes = [
    ...(properties.GlobalSecondaryIndexes ?? []).map((index) => indexOf(index, false)),
    ...(properties.LocalSecondaryIndexes ?? []).map((index) => indexOf(index, true)),
  ]
  const expiry = properties.TimeToLiveSpecification
  return {
    name: resource.name,
    arn: resource.arn,
    keyNames: namesOf(properties.KeySchema),
    indexes: new Map(indexes.map((index) => [index.name, index])),
    attributes: properties.AttributeDefinitions ?? [],
    streamView: properties.StreamSpecification?.StreamViewType,
    expiryAttribute: String(expiry?.Enabled) === 'true' ? expiry?.AttributeName : undefined,
  }
}

function indexOf(index: IndexProperties, isLocal: boolean): TableIndex {
  const type = index.Projection?.ProjectionType ?? 'ALL'
  const projected = type === 'ALL' ? undefined : (index.Projection?.NonKeyAttributes ?? [])
  return { name: index.IndexName, keyNames: namesOf(index.KeySchema), isLocal, projected }
}

/** Partition key first, as AWS demands it of a key schema. */
function namesOf(schema: readonly KeyElement[]): readonly string[] {
  return schema.map((element) => element.AttributeName)
}

/** What the engine says of a table, as far as it is compared. */
interface Described {
  readonly KeySchema: readonly KeyElement[]
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[]
  readonly GlobalSecondaryIndexes?: readonly IndexProperties[]
  readonly LocalSecondaryIndexes?: readonly IndexProperties[]
  readonly StreamSpecification?: { readonly StreamEnabled?: boolean; readonly StreamViewType?: string }
}

/**
 * Makes the engine's table as the template declares it; on existing data, adds and drops global indexes, and switches stream and
 * expiry.
 *
 * @param streamView what the engine is to keep of each change; undefined: no stream
 * @throws Error for what cannot be changed on existing data: keys, their types, local indexes
 */
export async function ensureTable(engine: Connection, table: Table, streamView: StreamView | undefined): Promise<void> {
  const existing = await describe(engine, table.name)
  if (existing === undefined) await create(engine, table, streamView)
  else await change(engine, table, existing, streamView)
  await ensureExpiry(engine, table)
}

async function describe(engine: Connection, name: string): Promise<Described | undefined> {
  try {
    return (await engine.ask<{ Table: Described }>('DescribeTable', { TableName: name })).Table
  } catch (problem) {
    if (problem instanceof EngineRefusal && problem.code === 'ResourceNotFoundException') return undefined
    throw problem
  }
}

async function create(engine: Connection, table: Table, streamView: StreamView | undefined): Promise<void> {
  const indexes = [...table.indexes.values()]
  const [global, local] = [indexes.filter((index) => !index.isLocal), indexes.filter((index) => index.isLocal)]
  await engine.ask('CreateTable', {
    TableName: table.name,
    KeySchema: schemaOf(table.keyNames),
    AttributeDefinitions: table.attributes,
    BillingMode: 'PAY_PER_REQUEST',
    ...(global.length > 0 && { GlobalSecondaryIndexes: global.map(definitionOf) }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local.map(definitionOf) }),
    ...(streamView !== undefined && { StreamSpecification: { StreamEnabled: true, StreamViewType: streamView } }),
  })
}

async function change(engine: Connection, table: Table, existing: Described, streamView: StreamView | undefined): Promise<void> {
  const indexes = [...table.indexes.values()]
  const hasSameKeys = textOf(existing.KeySchema, existing) === textOf(schemaOf(table.keyNames), { ...existing, AttributeDefinitions: table.attributes })
  const local = indexes.filter((index) => index.isLocal).map((index) => index.name)
  const existingLocal = (existing.LocalSecondaryIndexes ?? []).map((index) => index.IndexName)
  if (!hasSameKeys || local.toSorted().join() !== existingLocal.toSorted().join()) {
    throw new Error(`The keys or local indexes of table ${table.name} are not those of the data folder, and cannot be changed on existing data. Start on another --data folder, or give the table another name.`)
  }

  const wanted = new Map(indexes.filter((index) => !index.isLocal).map((index) => [index.name, definitionOf(index)]))
  const wantedWith = { ...existing, AttributeDefinitions: table.attributes }
  const present = new Map((existing.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, indexText(index, existing)]))
  for (const [name, text] of present) {
    const definition = wanted.get(name)
    if (definition !== undefined && indexText(definition, wantedWith) === text) continue
    await engine.ask('UpdateTable', { TableName: table.name, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: name } }] })
    present.delete(name)
  }
  for (const [name, definition] of wanted) {
    if (present.has(name)) continue
    await engine.ask('UpdateTable', { TableName: table.name, AttributeDefinitions: table.attributes, GlobalSecondaryIndexUpdates: [{ Create: definition }] })
  }
  const stream = existing.StreamSpecification
  const presentView = stream?.StreamEnabled === true ? stream.StreamViewType : undefined
  if (presentView === streamView) return
  if (presentView !== undefined) await engine.ask('UpdateTable', { TableName: table.name, StreamSpecification: { StreamEnabled: false } })
  if (streamView === undefined) return
  await engine.ask('UpdateTable', { TableName: table.name, StreamSpecification: { StreamEnabled: true, StreamViewType: streamView } })
}

async function ensureExpiry(engine: Connection, table: Table): Promise<void> {
  interface Answer {
    readonly TimeToLiveDescription: { readonly TimeToLiveStatus: string; readonly AttributeName?: string }
  }
  const { TimeToLiveDescription: present } = await engine.ask<Answer>('DescribeTimeToLive', { TableName: table.name })
  const presentName = present.TimeToLiveStatus === 'ENABLED' ? present.AttributeName : undefined
  if (presentName === table.expiryAttribute) return
  const set = (AttributeName: string, Enabled: boolean) =>
    engine.ask('UpdateTimeToLive', { TableName: table.name, TimeToLiveSpecification: { AttributeName, Enabled } })
  if (presentName !== undefined) await set(presentName, false)
  if (table.expiryAttribute !== undefined) await set(table.expiryAttribute, true)
}

function schemaOf(keyNames: readonly string[]): KeyElement[] {
  return keyNames.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' }))
}

function definitionOf(index: TableIndex): IndexProperties {
  const { projected } = index
  const Projection =
    projected === undefined ? { ProjectionType: 'ALL' }
    : projected.length === 0 ? { ProjectionType: 'KEYS_ONLY' }
    : { ProjectionType: 'INCLUDE', NonKeyAttributes: projected }
  return { IndexName: index.name, KeySchema: schemaOf(index.keyNames), Projection }
}

function indexText(index: IndexProperties, table: Pick<Described, 'AttributeDefinitions'>): string {
  const { ProjectionType = 'ALL', NonKeyAttributes = [] } = index.Projection ?? {}
  return JSON.stringify([textOf(index.KeySchema, table), ProjectionType, NonKeyAttributes.toSorted()])
}

function textOf(schema: readonly KeyElement[], table: Pick<Described, 'AttributeDefinitions'>): string {
  const typeOf = (name: string) => table.AttributeDefinitions.find((attribute) => attribute.AttributeName === name)?.AttributeType
  return schema.map((element) => `${element.KeyType} ${element.AttributeName} ${typeOf(element.AttributeName)}`).join()
}
