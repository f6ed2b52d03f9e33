import { demandFlag } from '../access/index.ts'
import type { Ctx } from '../workspace/index.ts'
import type { MailPorts } from './decide.ts'
import type { MailSettings } from './schema.ts'
import { settingsOf } from './settings.ts'

/** The settings of Send&Save (SNS-1). Needs `settings`. */
export async function readSettings(ctx: Ctx & MailPorts): Promise<MailSettings> {
  demandFlag(ctx, 'settings')
  return settingsOf(ctx.workspace, ctx.mailAddress)
}
