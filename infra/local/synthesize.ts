import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { builtCode } from '../built-code.ts'
import { CODE_VARIABLE, OUT_VARIABLE, settingsEnvironment } from '../settings.ts'
import type { SettingsInput } from '../settings.ts'

/**
 * Builds the functions, unless they were built before and nothing changed, and runs the CDK app as a deployment does, into a folder of its own.
 *
 * @param folder everything in it is replaced
 * @returns the folder of the cloud assembly
 * @throws Error with what the app said when it failed
 */
export async function synthesize(folder: string, settings: SettingsInput): Promise<string> {
  const assembly = join(folder, 'cdk.out')
  await rm(folder, { recursive: true, force: true })
  const code = await builtCode()
  const app = spawn(process.execPath, [resolve(import.meta.dirname, '../app.ts')], {
    env: {
      // What a developer sets for this run by hand, such as the origin of a web client, goes through.
      ...process.env,
      ...settingsEnvironment(settings),
      [CODE_VARIABLE]: code,
      [OUT_VARIABLE]: assembly,
      // The full validation costs two seconds at each start; the tests and the deployment run it.
      CDK_VALIDATION: 'false',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exit = new Promise<number | null>((finish, fail) => {
    app.once('error', fail)
    app.once('close', finish)
  })
  const [said, status] = await Promise.all([text(app.stderr), exit])
  if (status !== 0) throw new Error(`The CDK app failed:\n${said}`)
  return assembly
}
