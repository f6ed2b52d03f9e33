import { derived, type Workspace } from '../workspace/index.ts'
import { GeneralSettings } from './schema.ts'

/** The company's general settings; what was never set has its default. */
export const settingsOf = derived((workspace: Workspace): GeneralSettings => GeneralSettings.strip().parse(workspace.entry('SETTINGS', 'general') ?? {}))

/** Whether observers and members of an item's chat go together. */
export function chatsAreLinked(workspace: Workspace): boolean {
  return settingsOf(workspace).chatMembership === 'linked'
}
