/** Writes the CloudFormation templates of the product: `node infra/app.ts`, by itself or called by the CDK CLI. */
import path from 'node:path'
import { buildFunctions } from './build.ts'
import { readRouteTables } from './routes.ts'
import { CODE_VARIABLE, OUT_VARIABLE, readSettings } from './settings.ts'
import { createApp, createProduct } from './stacks/product.ts'

const repository = path.resolve(import.meta.dirname, '..')
const app = createApp(process.env[OUT_VARIABLE] || process.env['CDK_OUTDIR'] || path.join(repository, 'cdk.out'))
const settings = readSettings(process.env, (name) => app.node.tryGetContext(name))
const codeFolder = process.env[CODE_VARIABLE] || (await buildFunctions(path.join(repository, 'dist', 'code'))).folder
createProduct(app, { settings, codeFolder, routeTables: await readRouteTables() })
app.synth()
