import { demandFlag } from '../access/index.ts'
import { changeWorkspace, type Ctx } from '../workspace/index.ts'
import type { GeneralSettings } from './schema.ts'

/** Replaces the general settings. Needs the flag `settings`. Chats and observers stay as they are; only what happens from now on follows the new settings. */
export async function changeSettings(ctx: Ctx, { values }: { values: GeneralSettings }): Promise<GeneralSettings> {
  demandFlag(ctx, 'settings')
  await changeWorkspace(ctx, [{ kind: 'SETTINGS', id: 'general', value: { ...values } }])
  return values
}
