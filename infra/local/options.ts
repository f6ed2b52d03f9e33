import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** What `npm start -- ...` may be told. */
export interface Options {
  readonly port: number
  readonly smtpPort: number
  /** Absolute. */
  readonly dataFolder: string
  readonly empty: boolean
  readonly dynamodbUrl: string | undefined
}

export const usage = 'npm start -- [--port 4000] [--smtp-port 2525] [--data .local] [--empty] [--dynamodb URL]'

/** A mistake of the person at the keyboard, said in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** @throws UsageError that names the bad option */
export function readOptions(args: readonly string[]): Options {
  const { port, 'smtp-port': smtpPort, data, empty, dynamodb } = parse(args)
  if (dynamodb !== undefined && !(URL.canParse(dynamodb) && /^https?:$/.test(new URL(dynamodb).protocol))) {
    throw new UsageError(`--dynamodb needs an http address such as http://127.0.0.1:8000, not ${dynamodb}`)
  }
  return { port: readPort('--port', port), smtpPort: readPort('--smtp-port', smtpPort), dataFolder: resolve(data), empty, dynamodbUrl: dynamodb }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '4000' },
        'smtp-port': { type: 'string', default: '2525' },
        data: { type: 'string', default: '.local' },
        empty: { type: 'boolean', default: false },
        dynamodb: { type: 'string' },
      },
    }).values
  } catch (problem) {
    const [firstLine = ''] = (problem instanceof Error ? problem.message : String(problem)).split('\n')
    throw new UsageError(`${firstLine} (${usage})`, { cause: problem })
  }
}

/** 0 asks the system for a free port; the ready line tells which. */
function readPort(option: string, value: string): number {
  const port = Number(value)
  if (!/^\d{1,5}$/.test(value) || port > 65_535) throw new UsageError(`${option} needs a port from 0 to 65535, not ${value}`)
  return port
}
