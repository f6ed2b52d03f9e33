import { demandFlag } from '../access/index.ts'
import { notFound } from '../kernel/problem.ts'
import { changeWorkspace, peopleOf, subjectKey, type Ctx } from '../workspace/index.ts'

/**
 * Takes a person's account from them, such as one that the issuer has made anew: whoever signs in next with an address of theirs that the issuer has verified
 * is bound in its place (DIR-2). Does nothing for somebody who has not signed in yet. Needs `settings`.
 */
export async function releaseSignIn(ctx: Ctx, { id }: { id: string }): Promise<void> {
  demandFlag(ctx, 'settings')
  const user = peopleOf(ctx.workspace).users.get(id)
  if (!user) throw notFound('user')
  const { subject, ...released } = user
  if (subject === undefined) return
  await changeWorkspace(ctx, [{ kind: 'USER', id, value: released }], { delete: subjectKey(subject) })
}
