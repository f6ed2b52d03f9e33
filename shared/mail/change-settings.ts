import { demandFlag } from '../access/index.ts'
import { sameValue, withoutUndefined } from '../kernel/json.ts'
import { changeWorkspace, type Ctx } from '../workspace/index.ts'
import type { MailPorts } from './decide.ts'
import { settingsEntry } from './keys.ts'
import { keysAreClear, withResponsible } from './rules.ts'
import type { MailSettings, MailSettingsInput } from './schema.ts'
import { defaultPrefixes, settingsOf, withDefaults } from './settings.ts'

/** Replaces the settings of Send&Save; what is left out stands at its default again (SNS-1). Counts from the next mail on. Needs `settings`. */
export async function changeSettings(ctx: Ctx & MailPorts, { values }: { values: MailSettingsInput }): Promise<MailSettings> {
  demandFlag(ctx, 'settings')
  const { workspace, mailAddress } = ctx
  keysAreClear(values.keys ?? {}, defaultPrefixes(workspace))
  const chosen = withResponsible(workspace, values, ctx.actor.userId)
  const after = withDefaults(workspace, mailAddress, chosen)
  if (!sameValue(after, settingsOf(workspace, mailAddress))) await changeWorkspace(ctx, [{ ...settingsEntry, value: withoutUndefined(chosen) }])
  return after
}
