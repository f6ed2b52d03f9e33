import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStore } from '../../../infra/local/store.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leadline-store-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the rows of the host', () => {
  it('are there after the file was opened anew', () => {
    const first = createStore(folder)
    first.run('create table if not exists test_rows (id integer primary key, name text)')
    expect(first.run('insert into test_rows (name) values (?)', 'one')).toEqual({ changes: 1, lastInsertRowid: 1 })
    first.close()
    const second = createStore(folder)
    expect(second.all('select * from test_rows')).toEqual([{ id: 1, name: 'one' }])
    second.close()
  })

  it('are there after the process that wrote them was never told to close', () => {
    const writer = createStore(folder)
    writer.run('create table test_rows (name text)')
    writer.run('insert into test_rows values (?)', 'one')
    const reader = createStore(folder)
    expect(reader.all('select * from test_rows')).toEqual([{ name: 'one' }])
    reader.close()
    writer.close()
  })

  it('change all or not at all, nested transactions joining the outer one', () => {
    const store = createStore(folder)
    store.run('create table test_rows (name text)')
    const work = (): void =>
      store.transaction(() => {
        store.run('insert into test_rows values (?)', 'outer')
        store.transaction(() => store.run('insert into test_rows values (?)', 'inner'))
        throw new Error('changed my mind')
      })
    expect(work).toThrow('changed my mind')
    expect(store.all('select * from test_rows')).toEqual([])
    store.transaction(() => store.run('insert into test_rows values (?)', 'kept'))
    expect(store.all('select * from test_rows')).toEqual([{ name: 'kept' }])
    store.close()
  })

  it('refuse a transaction that would go on after its end', () => {
    const store = createStore(folder)
    expect(() => store.transaction(async () => undefined)).toThrow('synchronous')
    store.close()
  })
})
