import { changeWorkspace, type Ctx, type EntryChange } from '../workspace/index.ts'
import { demandFlag } from './predicate.ts'
import { knownRole } from './read-role.ts'
import { administratorStays } from './rules.ts'

/** Takes a role away from everybody who has it. Needs `settings`. */
export async function deleteRole(ctx: Ctx, { id }: { id: string }): Promise<void> {
  demandFlag(ctx, 'settings')
  const change: EntryChange = { kind: 'ROLE', id: knownRole(ctx, id).id, value: undefined }
  administratorStays(ctx, [change])
  await changeWorkspace(ctx, [change])
}
