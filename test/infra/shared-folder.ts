import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll } from 'vitest'

const folders: string[] = []

/** A new temporary folder that goes away with the last test of the file, for what several tests look at. */
export async function aSharedFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'leadline-infra-'))
  folders.push(folder)
  return folder
}

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))
