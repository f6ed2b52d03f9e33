import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A CloudFormation template as it stands in the file. */
export interface RawTemplate {
  readonly Resources: Record<string, RawResource>
  readonly Parameters: Record<string, { readonly Default?: unknown }>
  readonly Conditions: Record<string, unknown>
  readonly Mappings: Record<string, Record<string, Record<string, unknown>>>
  readonly Outputs: Record<string, { readonly Value: unknown; readonly Condition?: string; readonly Export?: { readonly Name: unknown } }>
}

export interface RawResource {
  readonly Type: string
  readonly Condition?: string
  readonly Properties?: Record<string, unknown>
}

export interface RawStack {
  readonly name: string
  readonly template: RawTemplate
}

/** What `cdk synth` left in a folder: every stack, and where each file asset (a function's code) lies. */
export interface Assembly {
  readonly stacks: readonly RawStack[]
  /** By the object key an asset would have in the bootstrap bucket, which is how a function's `Code` names it. */
  readonly assetFolders: ReadonlyMap<string, string>
}

interface Manifest {
  readonly artifacts?: Record<string, { readonly type: string; readonly displayName?: string; readonly properties?: Record<string, string> }>
}

interface AssetManifest {
  readonly files?: Record<string, { readonly source: { readonly path?: string }; readonly destinations: Record<string, { readonly objectKey: string }> }>
}

/** @throws when the folder is no cloud assembly, naming the file that is missing or broken */
export async function readAssembly(folder: string): Promise<Assembly> {
  const stacks: RawStack[] = []
  const assetFolders = new Map<string, string>()
  const manifest = await readJson<Manifest>(join(folder, 'manifest.json'))
  for (const [id, artifact] of Object.entries(manifest.artifacts ?? {})) {
    const properties = artifact.properties ?? {}
    if (artifact.type === 'aws:cloudformation:stack') {
      const template = await readJson<Partial<RawTemplate>>(join(folder, properties['templateFile'] ?? `${id}.template.json`))
      stacks.push({
        name: properties['stackName'] ?? id,
        template: { Resources: {}, Parameters: {}, Conditions: {}, Mappings: {}, Outputs: {}, ...template },
      })
    } else if (artifact.type === 'cdk:asset-manifest' && properties['file'] !== undefined) {
      const assets = await readJson<AssetManifest>(join(folder, properties['file']))
      for (const { source, destinations } of Object.values(assets.files ?? {})) {
        for (const { objectKey } of Object.values(destinations)) {
          if (source.path !== undefined) assetFolders.set(objectKey, join(folder, source.path))
        }
      }
    } else if (artifact.type === 'cdk:cloud-assembly' && properties['directoryName'] !== undefined) {
      const nested = await readAssembly(join(folder, properties['directoryName']))
      stacks.push(...nested.stacks)
      for (const [key, path] of nested.assetFolders) assetFolders.set(key, path)
    }
  }
  if (stacks.length === 0) throw new Error(`${folder} holds no stack`)
  return { stacks, assetFolders }
}

async function readJson<T>(path: string): Promise<T> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch (problem) {
    throw new Error(`${path} cannot be read: ${problem instanceof Error ? problem.message : String(problem)}`, { cause: problem })
  }
}
