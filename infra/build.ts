/**
 * Bundles every function by itself: one file that holds what this function needs and nothing that only others do, and what it loads when asked for in chunks.
 * (Built together they would share chunks, and each cold start would load what its neighbours need: a tenth to a half more.) The folder is the one
 * code asset of the deployment, and its bytes depend on the sources alone, so that nothing is deployed that did not change.
 */
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { build, type Metafile } from 'esbuild'
import { FUNCTIONS } from './functions.ts'

/** What one function weighs. */
export interface BuiltFunction {
  /** `<domain>/<trigger>` */
  readonly entry: string
  /** Bytes that every cold start of it loads. Chunks that are imported at run time are not counted, such as the SDK's ways to find credentials elsewhere than in a function's environment. */
  readonly bytes: number
  /** Its own file and the chunks it starts with, relative to the folder. */
  readonly files: readonly string[]
}

export interface BuildReport {
  readonly folder: string
  readonly functions: readonly BuiltFunction[]
  /** Every source file that went into any output, relative to the repository. */
  readonly inputs: readonly string[]
  /** Bytes of all files together. */
  readonly bytes: number
}

/** Where the sources are, when they are not this repository's. */
export interface Sources {
  /** Folder that holds `functions/`. */
  readonly root: string
  readonly entries: readonly string[]
}

const REPOSITORY: Sources = { root: path.resolve(import.meta.dirname, '..'), entries: FUNCTIONS.map(({ entry }) => entry) }

/** Threads that functions start for themselves: each is a file of its own beside the functions (`threads/<name>.mjs`), since a thread begins with a file. */
const THREADS: Readonly<Record<string, string>> = { 'mail-reader': 'shared/mail/reading-worker.ts' }

/** Dependencies in CommonJS ask for Node's own modules with `require`, which an ES module does not have. */
const REQUIRE_FOR_COMMONJS = `import { createRequire as createRequireOfNode } from 'node:module';const require = createRequireOfNode(import.meta.url);`

/**
 * Builds every function of infra/functions.ts into `<outFolder>/functions/<domain>/<trigger>.mjs` and `<outFolder>/chunks`.
 * @throws an Error that names each function without a source or a handler, and each source without a function
 */
export async function buildFunctions(outFolder: string, sources: Sources = REPOSITORY): Promise<BuildReport> {
  const { root, entries } = sources
  await refuseStrays(sources)
  const folder = path.resolve(outFolder)
  await mkdir(folder, { recursive: true })
  await Promise.all(['functions', 'threads', 'chunks'].map((part) => rm(path.join(folder, part), { recursive: true, force: true })))
  const files = [
    ...entries.map((entry) => [`functions/${entry}`, `functions/${entry}.ts`] as const),
    ...Object.entries(THREADS).flatMap(([name, source]) => (existsSync(path.join(root, source)) ? [[`threads/${name}`, source] as const] : [])),
  ]
  const metafiles = await Promise.all(files.map(([output, source]) => bundle(root, folder, output, source)))
  return report(folder, root, entries, { inputs: {}, outputs: Object.assign({}, ...metafiles.map(({ outputs }) => outputs)) as Metafile['outputs'] })
}

async function bundle(root: string, folder: string, output: string, source: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { [output]: source },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    banner: { js: REQUIRE_FOR_COMMONJS },
    minify: true,
    // Source maps, or names kept for stack traces, would be loaded by every cold start.
    sourcemap: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  return metafile
}

/** A function whose source is missing, or a source that nobody deploys, is a mistake that must not wait for a user to find it. */
async function refuseStrays({ root, entries }: Sources): Promise<void> {
  const missing = entries.filter((entry) => !existsSync(path.join(root, 'functions', `${entry}.ts`)))
  const found = await entriesOnDisk(path.join(root, 'functions'))
  const unknown = found.filter((entry) => !entries.includes(entry))
  const problems = [
    ...missing.map((entry) => `functions/${entry}.ts is in infra/functions.ts but does not exist`),
    ...unknown.map((entry) => `functions/${entry}.ts exists but is not in infra/functions.ts`),
  ]
  if (problems.length > 0) throw new Error(`The functions cannot be built:\n  ${problems.join('\n  ')}`)
}

async function entriesOnDisk(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return []
  const files = await readdir(folder, { recursive: true })
  return files
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => /^[^/]+\/[^/]+\.ts$/.test(file) && !file.endsWith('/routes.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted()
}

function report(folder: string, root: string, entries: readonly string[], metafile: Metafile): BuildReport {
  const nameOf = (output: string) => path.relative(folder, path.resolve(root, output)).split(path.sep).join('/')
  const outputs = new Map(Object.entries(metafile.outputs).map(([output, facts]) => [nameOf(output), facts]))
  const startsWith = (file: string, seen: Set<string>): Set<string> => {
    if (seen.has(file)) return seen
    seen.add(file)
    for (const { path: target, kind, external } of outputs.get(file)?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) startsWith(nameOf(target), seen)
    }
    return seen
  }
  const weigh = (files: Iterable<string>) => [...files].reduce((sum, file) => sum + (outputs.get(file)?.bytes ?? 0), 0)
  return {
    folder,
    functions: entries.map((entry) => {
      const file = `functions/${entry}.mjs`
      if (outputs.get(file)?.exports.includes('handler') !== true) throw new Error(`functions/${entry}.ts exports no handler`)
      const files = [...startsWith(file, new Set())]
      return { entry, files, bytes: weigh(files) }
    }),
    inputs: [...new Set([...outputs.values()].flatMap(({ inputs }) => Object.keys(inputs)))].toSorted(),
    bytes: weigh(outputs.keys()),
  }
}

if (import.meta.main) {
  const folder = process.argv[2] ?? path.join(REPOSITORY.root, 'dist', 'code')
  const { functions, bytes } = await buildFunctions(folder)
  for (const { entry, bytes } of functions) console.log(`${entry.padEnd(24)} ${(bytes / 1024).toFixed(0).padStart(5)} KB`)
  console.log(`${'all files'.padEnd(24)} ${(bytes / 1024).toFixed(0).padStart(5)} KB in ${folder}`)
}
