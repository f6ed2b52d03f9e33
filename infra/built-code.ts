import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { stop } from 'esbuild'
import { buildFunctions } from './build.ts'

const ROOT = path.resolve(import.meta.dirname, '..')
/** Beside the installed packages: what lies here can always be made anew. */
const CACHE = path.join(ROOT, 'node_modules', '.cache', 'leadline-code')
const KEPT = 3

/**
 * A folder with the built functions: of an earlier build if nothing that goes into it has changed since. The files in it are never touched again, so several hosts may run on one.
 */
export async function builtCode(): Promise<string> {
  const folder = path.join(CACHE, await fingerprint())
  if (existsSync(folder)) return folder
  const building = `${folder}.${randomUUID()}`
  await buildFunctions(building)
  // The builder would stay beside the host, with the two gigabytes that so many bundles at once took.
  await stop()
  // Somebody else may have built the same meanwhile.
  await rename(building, folder).catch(() => rm(building, { recursive: true, force: true }))
  await forgetOldest()
  return folder
}

/** Changes with every source of the product, with how it is built, and with its dependencies. */
async function fingerprint(): Promise<string> {
  const sources = (await Promise.all(['functions', 'shared'].map((part) => readdir(path.join(ROOT, part), { recursive: true, withFileTypes: true })))).flat()
  const files = sources.filter((entry) => entry.isFile() && entry.name.endsWith('.ts')).map((entry) => path.join(entry.parentPath, entry.name))
  const hash = createHash('sha256')
  for (const file of [...files, ...['infra/build.ts', 'infra/functions.ts', 'package-lock.json'].map((name) => path.join(ROOT, name))].toSorted()) hash.update(`${path.relative(ROOT, file)}\n`).update(await readFile(file))
  return hash.digest('hex').slice(0, 32)
}

async function forgetOldest(): Promise<void> {
  await mkdir(CACHE, { recursive: true })
  const folders = await Promise.all((await readdir(CACHE)).map(async (name) => ({ name, usedAt: await stat(path.join(CACHE, name)).then(({ mtimeMs }) => mtimeMs, () => 0) })))
  const oldest = folders.toSorted((a, b) => b.usedAt - a.usedAt).slice(KEPT)
  // A folder that is being built is young, and synthesizing copies what it deploys.
  await Promise.all(oldest.map(({ name }) => rm(path.join(CACHE, name), { recursive: true, force: true })))
}
