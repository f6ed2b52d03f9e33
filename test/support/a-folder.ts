import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A new temporary folder that goes away with the test. */
export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'leadline-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
