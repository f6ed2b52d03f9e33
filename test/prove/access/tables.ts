import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { startEngine } from '../../../infra/local/dynamodb/engine.ts'
import { openTable } from '../../../shared/platform/dynamodb.ts'
import type { Table } from '../../../shared/platform/table.ts'
import { createTable } from '../../support/table.ts'

/** One engine for many companies: each has a table of its own. */
export interface Tables {
  fresh(): Promise<Table>
  close(): Promise<void>
}

export async function openTables(): Promise<Tables> {
  const folder = await mkdtemp(join(tmpdir(), 'leadline-prove-'))
  const engine = await startEngine(folder, () => undefined)
  const client = new DynamoDBClient({ endpoint: engine.url(), region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } })
  let made = 0
  return {
    async fresh() {
      made += 1
      const name = `company-${made}`
      await createTable(client, name)
      return openTable(name, client)
    },
    async close() {
      client.destroy()
      await engine.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
