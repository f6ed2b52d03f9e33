import { comparableEmail } from '../kernel/email.ts'
import { Problem } from '../kernel/problem.ts'
import { fetchUserinfo, UserinfoRefused } from '../platform/issuer.ts'
import { ConditionFailed, type Table } from '../platform/table.ts'
import { changeWorkspace, peopleOf, subjectKey, type Ctx, type User, type Workspace } from '../workspace/index.ts'

/**
 * The active user behind a token (DIR-2). Who signs in for the first time is bound to the directory user that has
 * the address which the issuer has verified. Throws 403 for a valid token of somebody who is not an active user here.
 */
export async function identify(at: { workspace: Workspace; table: Table }, signIn: { subject: string; token: string }): Promise<User> {
  const known = peopleOf(at.workspace).userBySubject.get(signIn.subject)
  const user = known ?? (await bindByAddress(at, signIn))
  if (!user.active) throw notAUserHere()
  return user
}

async function bindByAddress({ workspace, table }: { workspace: Workspace; table: Table }, { subject, token }: { subject: string; token: string }): Promise<User> {
  const info = await fetchUserinfo(token).catch((error: unknown) => {
    // It is a good token, but one that may not ask who its bearer is: as far as anybody can tell, nobody here.
    if (error instanceof UserinfoRefused) throw notAUserHere('The issuer does not say to whom this token belongs. The first time, sign in with a token that has the scope openid.')
    throw error
  })
  if (info.subject !== subject || !info.emailVerified || info.email === undefined) throw notAUserHere()
  const user = peopleOf(workspace).userByEmail.get(comparableEmail(info.email))
  // An address that another subject has claimed stays theirs, until an administrator releases it: binding happens once.
  if (!user || !user.active || user.subject !== undefined) throw notAUserHere()
  const bound: User = { ...user, subject }
  const ctx: Ctx = { actor: { userId: user.id, via: 'user' }, workspace, table, now: () => new Date(), newId: (prefix) => prefix }
  try {
    await changeWorkspace(ctx, [{ kind: 'USER', id: user.id, value: { ...bound } }], { put: { ...subjectKey(subject), kind: 'subject', userId: user.id }, if: { absent: true } })
  } catch (error) {
    if (error instanceof ConditionFailed) throw notAUserHere()
    throw error
  }
  return bound
}

function notAUserHere(detail = 'This account does not belong to an active user of the company.'): Problem {
  return new Problem('forbidden', 'user.not_here', detail)
}
