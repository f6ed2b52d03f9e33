import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openChangeLog } from '../../infra/local/dynamodb/change-log.ts'
import { connectTo } from '../../infra/local/dynamodb/connection.ts'
import { startEngine } from '../../infra/local/dynamodb/engine.ts'
import { MOST_TOGETHER } from '../../shared/chat/post-together.ts'

const TABLE = 'bare'
const MILLISECONDS = 2_000

/** How many chat messages a second the engine takes in when nothing else is done, in a table with a stream that is logged as the host does it: as many in a transaction as the chat puts there at most. */
export async function storedPerSecond(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'leadline-bare-store-'))
  const engine = await startEngine(folder, console.error)
  const connection = connectTo(engine.url)
  let log: ReturnType<typeof openChangeLog> | undefined
  try {
    const keys = [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }]
    await connection.ask('CreateTable', { TableName: TABLE, KeySchema: keys, AttributeDefinitions: keys.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' })), BillingMode: 'PAY_PER_REQUEST', StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } })
    log = openChangeLog(folder, [])
    const started = performance.now()
    let stored = 0
    while (performance.now() - started < MILLISECONDS) {
      const puts = Array.from({ length: MOST_TOGETHER }, () => ({ Put: { TableName: TABLE, Item: aMessage((stored += 1)), ConditionExpression: 'attribute_not_exists(pk)' } }))
      await connection.ask('TransactWriteItems', { TransactItems: puts })
    }
    return (1000 * stored) / (performance.now() - started)
  } finally {
    log?.close()
    connection.close()
    await engine.stop()
    await rm(folder, { recursive: true })
  }
}

/** The row of a message as the chat stores it, by its size. */
function aMessage(number: number): Record<string, unknown> {
  const texts = { pk: 'CHAT#cht_deal-88-yahykvkm28tysyf3', sk: `N#${String(number).padStart(12, '0')}`, kind: 'chatMessage', authorId: 'usr_y90bxxhj2vzspf1p', at: new Date().toISOString(), text: `message ${number} of several at once, about as long as people write them` }
  return { ...Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }])), number: { N: String(number) }, version: { N: '1' } }
}
