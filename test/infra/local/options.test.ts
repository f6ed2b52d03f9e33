import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lockDataFolder } from '../../../infra/local/data-lock.ts'
import { readOptions } from '../../../infra/local/options.ts'
import { aFolder } from '../../support/a-folder.ts'

describe('the options of the start', () => {
  it('have usual values', () => {
    expect(readOptions([])).toEqual({ port: 4000, smtpPort: 2525, dataFolder: resolve('.local'), empty: false, dynamodbUrl: undefined })
  })

  it('can all be given', () => {
    expect(readOptions(['--port', '0', '--smtp-port=26', '--data', '/somewhere', '--empty', '--dynamodb', 'http://127.0.0.1:8000'])).toEqual({
      port: 0, smtpPort: 26, dataFolder: '/somewhere', empty: true, dynamodbUrl: 'http://127.0.0.1:8000',
    })
  })

  it.each([
    [['--prot', '1'], '--prot'],
    [['--port', 'http'], '--port needs a port'],
    [['--port', '70000'], '--port needs a port'],
    [['--smtp-port', '-1'], '--smtp-port'],
    [['--dynamodb', 'localhost'], '--dynamodb needs an http address'],
    [['something'], 'something'],
  ])('are refused by name when they make no sense: %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message)
  })
})

describe('a data folder', () => {
  it('belongs to one host at a time', async () => {
    const folder = await aFolder()
    const unlock = lockDataFolder(folder)
    expect(() => lockDataFolder(folder)).toThrow('is in use by another host')
    unlock()
    lockDataFolder(folder)()
  })
})
