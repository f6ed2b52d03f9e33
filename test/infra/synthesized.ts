import type { App } from 'aws-cdk-lib'
import { buildFunctions } from '../../infra/build.ts'
import { readRouteTables } from '../../infra/routes.ts'
import { Settings, type SettingsInput } from '../../infra/settings.ts'
import { createApp, createProduct } from '../../infra/stacks/product.ts'
import { aSharedFolder } from './shared-folder.ts'

export interface TemplateResource {
  readonly Type: string
  readonly Properties: Record<string, unknown>
  readonly DeletionPolicy?: string
}

export interface Synthesized {
  /** The constructs before synthesis, while references between stacks still name what they mean. */
  readonly app: App
  readonly outFolder: string
  /** The last part of each stack's name: `data`, `api`, ... */
  readonly stackNames: readonly string[]
  /** Resources of all stacks, by `<stack>/<logical id>`. */
  readonly resources: ReadonlyMap<string, TemplateResource>
  /** Of one stack, or of all. */
  ofType(type: string, stack?: string): TemplateResource[]
  /** The properties of the one resource of a type. */
  only(type: string, stack?: string): Record<string, unknown>
}

/** The real functions, built once for all products of a test file. */
const code = aSharedFolder().then((folder) => buildFunctions(folder))

/** The product with these settings, not yet synthesized. */
export async function aProduct(input: SettingsInput): Promise<{ app: App; outFolder: string }> {
  const outFolder = await aSharedFolder()
  const app = createApp(outFolder)
  createProduct(app, { settings: Settings.parse(input), codeFolder: (await code).folder, routeTables: await readRouteTables() })
  return { app, outFolder }
}

/** The templates of a deployment with these settings. */
export async function synthesize(input: SettingsInput): Promise<Synthesized> {
  const { app, outFolder } = await aProduct(input)
  // CloudFormation's own checks take most of the time; security-rules.test.ts runs them once for every example.
  process.env['CDK_VALIDATION'] = 'false'
  const stacks = new Map(app.synth().stacks.map((stack) => [stack.stackName.slice(stack.stackName.lastIndexOf('-') + 1), stack.template]))
  const resources = new Map<string, TemplateResource>()
  for (const [name, template] of stacks) {
    for (const [id, resource] of Object.entries<TemplateResource>(template.Resources ?? {}))
      resources.set(`${name}/${id}`, { ...resource, Properties: resource.Properties ?? {} })
  }
  const ofType = (type: string, stack?: string) =>
    [...resources].flatMap(([id, resource]) => (resource.Type === type && (stack === undefined || id.startsWith(`${stack}/`)) ? [resource] : []))
  const only = (type: string, stack?: string) => {
    const [one, ...others] = ofType(type, stack)
    if (one === undefined || others.length > 0) throw new Error(`The templates have ${others.length + (one === undefined ? 0 : 1)} of ${type} instead of one`)
    return one.Properties
  }
  return { app, outFolder, stackNames: [...stacks.keys()].toSorted(), resources, ofType, only }
}
