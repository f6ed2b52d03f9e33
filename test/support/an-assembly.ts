import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A stack of a hand-made cloud assembly, as a template's sections. */
export type Stacks = Record<string, { Resources: Record<string, unknown>; [section: string]: unknown }>

/** Key of the one code asset; a function names it with `code` of this module. */
const assetKey = 'code.zip'

/** The `Code` property of a function whose modules were given to `anAssembly`. */
export const code = { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}-${AWS::Region}' }, S3Key: assetKey }

/** Writes what `cdk synth` would: a manifest, templates, and the functions' modules as one asset (by path, such as `functions/mail/inbound.mjs`). */
export async function anAssembly(folder: string, stacks: Stacks, modules: Record<string, string> = {}): Promise<string> {
  const artifacts: Record<string, unknown> = {
    Assets: { type: 'cdk:asset-manifest', properties: { file: 'code.assets.json' } },
  }
  await mkdir(join(folder, 'asset.code'), { recursive: true })
  for (const [name, template] of Object.entries(stacks)) {
    artifacts[name] = { type: 'aws:cloudformation:stack', properties: { templateFile: `${name}.template.json`, stackName: name } }
    await writeFile(join(folder, `${name}.template.json`), JSON.stringify(template))
  }
  const files = { code: { source: { path: 'asset.code', packaging: 'zip' }, destinations: { here: { bucketName: 'assets', objectKey: assetKey } } } }
  await writeFile(join(folder, 'code.assets.json'), JSON.stringify({ files }))
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ artifacts }))
  for (const [path, source] of Object.entries(modules)) {
    await mkdir(dirname(join(folder, 'asset.code', path)), { recursive: true })
    await writeFile(join(folder, 'asset.code', path), source)
  }
  return folder
}
