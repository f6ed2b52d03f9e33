import type { Ctx } from '../workspace/index.ts'
import { settingsOf } from './general.ts'
import type { GeneralSettings } from './schema.ts'

/** The general settings; everybody who is signed in may know them, since they explain what one sees. */
export async function readSettings(ctx: Ctx): Promise<GeneralSettings> {
  return settingsOf(ctx.workspace)
}
