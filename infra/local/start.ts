/** `npm start`: the whole product on this machine. See README.md in this folder. */
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Store } from './contract.ts'
import { lockDataFolder } from './data-lock.ts'
import { demoPeople, seedDemo } from './demo.ts'
import { openEndpoint } from './endpoint.ts'
import { greeting } from './greeting.ts'
import type { Person } from './greeting.ts'
import { startHost } from './host.ts'
import { readOptions, usage, UsageError } from './options.ts'
import type { Options } from './options.ts'
import { issuerAt, readyLine } from './ready-line.ts'
import type { ReadyLine } from './ready-line.ts'
import { createStore } from './store.ts'
import { synthesize } from './synthesize.ts'
import { loadTemplate } from './template.ts'

const region = 'eu-west-1'
const accountId = '000000000000'
const mailDomain = 'leadline.example'
const mailAddress = `crm@${mailDomain}`
const administrator: Person = { email: `admin@${mailDomain}`, role: 'Administrator' }

const log = (line: string): void => void process.stderr.write(`${line}\n`)

async function start(options: Options): Promise<void> {
  const { dataFolder, dynamodbUrl } = options
  const unlock = lockDataFolder(dataFolder)
  const endpoint = await openEndpoint(options.port).catch((problem: unknown) => portProblem(problem, '--port', options.port))
  await tryPort(options.smtpPort).catch((problem: unknown) => portProblem(problem, '--smtp-port', options.smtpPort))
  const origin = `http://127.0.0.1:${endpoint.port}`
  const place = { region, accountId, origin }

  const assembly = await synthesize(join(dataFolder, 'build'), {
    issuer: issuerAt(origin),
    audience: 'leadline-local',
    mailDomain,
    mailAddress,
    firstAdminEmail: administrator.email,
  })
  const template = await loadTemplate(assembly, place)
  const store = createStore(dataFolder)
  const verbose = process.env['LEADLINE_VERBOSE'] === '1'
  const host = await startHost({ endpoint, place, template, store, smtpPort: options.smtpPort, dataFolder, dynamodbUrl, mailAddress, log, verbose })

  let stopping: Promise<void> | undefined
  const stop = (): void => {
    stopping ??= host.stop().then(() => {
      store.close()
      unlock()
      process.exit(0)
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)

  const ready = readyLine(origin, host.smtpPort, mailAddress)
  const people = await settle(store, options, ready)
  process.stdout.write(`${JSON.stringify(ready)}\n`)
  process.stderr.write(greeting(ready, people, dataFolder))
}

/** Makes the company of a new data folder: empty, or the demo company. What an earlier start has made stays as it is. */
async function settle(store: Store, { empty, dataFolder }: Options, ready: ReadyLine): Promise<readonly Person[]> {
  store.run('create table if not exists host_company (company text not null, complete integer not null)')
  const [known] = store.all<{ company: string; complete: number }>('select company, complete from host_company')
  if (known === undefined) {
    store.run('insert into host_company values (?, ?)', empty ? 'empty' : 'demo', empty ? 1 : 0)
    if (empty) return [administrator]
    log('Making the demo company ...')
    await seedDemo(ready)
    store.run('update host_company set complete = 1')
    return demoPeople
  }
  if (known.complete === 0) log('The demo company was not finished by an earlier start; delete the data folder for a whole one.')
  if (empty) log(`--empty changes nothing: ${dataFolder} has a company already. Choose another folder with --data for a new one.`)
  return known.company === 'demo' ? demoPeople : [administrator]
}

/** Finds out early that a port is taken: what is built before it is needed takes seconds. */
async function tryPort(port: number): Promise<void> {
  if (port === 0) return
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
}

function portProblem(problem: unknown, option: string, port: number): never {
  const code = (problem as { code?: string }).code
  if (code === 'EADDRINUSE') throw new Error(`Port ${port} is in use; choose another with ${option}`, { cause: problem })
  if (code === 'EACCES') throw new Error(`Port ${port} may not be used by this user; choose another with ${option}`, { cause: problem })
  throw problem
}

// As in Lambda, whatever the machine's own time zone is.
process.env['TZ'] = 'UTC'
if (process.argv.includes('--help')) {
  process.stdout.write(`${usage}\n`)
  process.exit(0)
}
try {
  await start(readOptions(process.argv.slice(2)))
} catch (problem) {
  const isPlain = problem instanceof UsageError || process.env['LEADLINE_VERBOSE'] !== '1'
  log(`leadline: ${problem instanceof Error ? (isPlain ? problem.message : (problem.stack ?? problem.message)) : String(problem)}`)
  process.exit(problem instanceof UsageError ? 2 : 1)
}
