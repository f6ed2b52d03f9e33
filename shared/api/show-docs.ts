import type { Ctx } from '../workspace/index.ts'
import { describeApi } from './describe-api.ts'
import type { ApiPorts } from './schema.ts'

/** The description of the API as a page for people. */
export async function showDocs(ctx: Ctx & ApiPorts): Promise<string> {
  const { pageOf } = await import('./page.ts')
  return pageOf(await describeApi(ctx))
}
