import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BatchGetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startEngine } from '../../../../infra/local/dynamodb/engine.ts'
import { until } from '../../../support/until.ts'
import { TableName, aRow, aTableHost, keyOf, streamArn } from './a-table.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leadline-engine-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const enginePid = async () => Number(await readFile(join(folder, 'dynamodb.pid'), 'utf8'))
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it('kill -9 of the engine amid writes loses nothing acknowledged, tears no transaction, and the host goes on', async () => {
  const host = await aTableHost({ dataFolder: folder })
  const acknowledged: number[] = []
  let next = 0
  const kills = [20, 50]
  const enough = 80
  const writers = Array.from({ length: 4 }, async () => {
    while (acknowledged.length < enough) {
      const number = (next += 1)
      const pair = { TransactItems: [number, -number].map((part) => ({ Put: { TableName, Item: aRow(part) } })) }
      await host.db.send(new TransactWriteItemsCommand(pair)).then(() => acknowledged.push(number), () => new Promise((resolve) => setTimeout(resolve, 20)))
    }
  })
  for (const at of kills) {
    await until(() => acknowledged.length >= at, { milliseconds: 30_000, pause: 1 })
    process.kill(await enginePid(), 'SIGKILL')
  }
  await Promise.all(writers)

  const stored = new Set<number>()
  const asked = Array.from({ length: next }, (_, at) => at + 1)
  for (let from = 0; from < asked.length; from += 50) {
    const Keys = asked.slice(from, from + 50).flatMap((number) => [keyOf(number), keyOf(-number)])
    const { Responses } = await host.db.send(new BatchGetItemCommand({ RequestItems: { crm: { Keys, ConsistentRead: true } } }))
    for (const item of Responses?.['crm'] ?? []) stored.add(Number(item['id']?.N))
  }
  expect(acknowledged.filter((number) => !stored.has(number))).toEqual([])
  expect([...stored].filter((number) => !stored.has(-number))).toEqual([])

  // The stream tells of every row that is there, and of no other.
  const streamed = new Set<number>()
  for (let position: string | undefined; ;) {
    const batch = await host.streams.read(streamArn, position, 500)
    if (batch.records.length === 0) break
    for (const record of batch.records) streamed.add(Number((record.dynamodb['NewImage'] as { id: { N: string } }).id.N))
    position = batch.position
  }
  expect(streamed).toEqual(stored)
  await host.close()
})

it('kill -9 of the host ends the engine too, and the next start finds its data', async () => {
  const engineFile = fileURLToPath(new URL('../../../../infra/local/dynamodb/engine.ts', import.meta.url))
  const program = `import { startEngine } from ${JSON.stringify(engineFile)}
    await startEngine(${JSON.stringify(folder)}, console.error)
    console.log('up')
    setInterval(() => {}, 1000)`
  const host = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(host.stdout, 'data')
  const pid = await enginePid()
  expect(isAlive(pid)).toBe(true)
  host.kill('SIGKILL')
  await expect.poll(() => isAlive(pid), { timeout: 3_000 }).toBe(false)
  const again = await startEngine(folder, () => undefined)
  await again.stop()
})

it('an engine that a former host left behind is ended before the next one starts on its file', async () => {
  const first = await startEngine(folder, () => undefined)
  const left = await enginePid()
  const second = await startEngine(folder, () => undefined)
  expect(isAlive(left)).toBe(false)
  expect(await enginePid()).not.toBe(left)
  await second.stop()
  await first.stop()
  await expect.poll(async () => isAlive(await enginePid()), { timeout: 3_000 }).toBe(false)
})

it('data is there after the host was stopped and started', async () => {
  const first = await aTableHost({ dataFolder: folder })
  await first.db.send(new PutItemCommand({ TableName, Item: aRow(1) }))
  await first.close()
  const second = await aTableHost({ dataFolder: folder })
  const { Responses } = await second.db.send(new BatchGetItemCommand({ RequestItems: { crm: { Keys: [keyOf(1)], ConsistentRead: true } } }))
  expect(Responses?.['crm']).toHaveLength(1)
  await second.close()
})
