import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectTo } from './connection.ts'

/** The embedded engine: one process, of which the host alone knows the port. */
export interface Engine {
  /** `http://127.0.0.1:<port>`; another port after the engine had to be started anew. */
  url(): string
  stop(): Promise<void>
}

/**
 * Runs the engine in the foreground of a shell that also reads its own standard input, a pipe from the host. When the host ends,
 * however it ends, the pipe closes, `read` returns and the engine is killed. (A process of Node cannot ask the system for that.)
 */
const guard = `
pid_file=$1; shift
exec 3<&0
"$@" 3<&- </dev/null &
engine=$!
echo $engine > "$pid_file"
{ read _ <&3; kill -9 $engine; } 2>/dev/null &
watch=$!
exec 3<&-
wait $engine
status=$?
kill $watch 2>/dev/null
exit $status`

const readyWithinMs = 10_000
const startsInARow = 5

/**
 * Starts the engine on `<dataFolder>/dynamodb.db` and starts it again whenever it dies. What it acknowledged is in its
 * write-ahead log, so its death loses nothing.
 *
 * @throws Error when there is no engine for this machine, or when it does not come up
 */
export async function startEngine(dataFolder: string, log: (line: string) => void): Promise<Engine> {
  const binary = engineBinary()
  const databasePath = join(dataFolder, 'dynamodb.db')
  const pidFile = join(dataFolder, 'dynamodb.pid')

  let isStopping = false
  let shell: ChildProcess
  let url = ''

  async function launch(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await endLeftover(pidFile, databasePath)
      const port = await freePort()
      const parameters = ['serve', '--host', '127.0.0.1', '-p', String(port), '--db-path', databasePath]
      // In a process group of its own: Ctrl+C in a terminal goes to the whole group of the host, which still needs the engine to stop well.
      shell = spawn('sh', ['-c', guard, 'sh', pidFile, binary, ...parameters], { stdio: ['pipe', 'ignore', 'pipe'], detached: true })
      shell.stdin?.on('error', () => undefined) // the shell went first; its exit tells
      const complaints = tailOf(shell)
      url = `http://127.0.0.1:${port}`
      if (await answers(url, shell)) return
      shell.kill('SIGKILL')
      if (attempt === startsInARow) throw new Error(`The DynamoDB engine does not start: ${complaints()}`)
    }
  }

  function relaunchWhenItDies(): void {
    shell.once('exit', () => {
      if (isStopping) return
      log('The DynamoDB engine ended; it is started again')
      launch().then(relaunchWhenItDies, (problem: unknown) => log(String(problem)))
    })
  }

  await launch()
  relaunchWhenItDies()
  return {
    url: () => url,
    async stop() {
      isStopping = true
      if (shell.exitCode !== null || shell.signalCode !== null) return
      const ended = once(shell, 'exit')
      shell.stdin?.end()
      await ended
    },
  }
}

/** The path of the engine's program. */
function engineBinary(): string {
  const name = `@dynoxide/${process.platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'dynoxide')
  } catch {
    const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'dynoxide')).find((path) => existsSync(path))
    if (onPath !== undefined) return onPath
    throw new Error(`There is no embedded DynamoDB engine for this machine (neither the package ${name} nor "dynoxide" on the PATH). Start with --dynamodb URL and the address of DynamoDB Local.`)
  }
}

/** Kills an engine of an earlier run that still holds this database: two would write one file, each with its own idea of it. */
async function endLeftover(pidFile: string, databasePath: string): Promise<void> {
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8'))
  // The number may belong to another program by now.
  const isRunning = (): boolean => Number.isInteger(pid) && pid > 1 && commandOf(pid).includes(databasePath)
  while (isRunning()) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      return // gone in between
    }
    await sleep(10)
  }
}

function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return ''
  }
}

async function answers(url: string, engine: ChildProcess): Promise<boolean> {
  const connection = connectTo(() => url)
  const deadline = Date.now() + readyWithinMs
  while (Date.now() < deadline && engine.exitCode === null) {
    const ready = await connection.ask('ListTables', {}).then(() => true, () => false)
    if (ready) {
      connection.close()
      return true
    }
    await sleep(10)
  }
  connection.close()
  return false
}

/** The last words of a process on standard error. */
function tailOf(engine: ChildProcess): () => string {
  let tail = ''
  engine.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-2_000)
  })
  return () => tail.trim() || 'it says nothing'
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
