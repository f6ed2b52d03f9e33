import { createHash } from 'node:crypto'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { Problem } from '../kernel/problem.ts'
import { rehearse, withoutEffect } from '../platform/rehearsal.ts'
import { tryUntilStored } from '../platform/retry.ts'
import { ConditionFailed, type Key, type Row, type Table, type Write } from '../platform/table.ts'
import { movesWorkspace, WorkspaceMoved } from '../workspace/index.ts'
import { keepAnswer, keptAnswer, type Answer, type Kept } from './kept-answer.ts'
import type { Route } from './route.ts'

/** Performs a request on a table. Where it was performed before it is only rehearsed, and told what was answered then. */
export type Perform = (table: Table, earlier?: Answer) => Promise<Answer>

/** A POST that its client may send again without fear (API-3): scoped to who sent it, and to method and path. */
export interface OnceOnly {
  readonly key: Key
  readonly bodyHash: string
  /** One transaction with the effect; `apart` for routes whose effects are several transactions. */
  readonly together: boolean
}

const KEPT_SECONDS = 48 * 60 * 60
const MOST_TRIES = 20

/** The key of a POST that carries an `Idempotency-Key`. Throws 400 for one that is no plain text of 1 to 255 characters. */
export function onceOnlyOf(route: Pick<Route, 'method' | 'manyTransactions'>, event: APIGatewayProxyEventV2, userId: string): OnceOnly | undefined {
  const given = event.headers['idempotency-key']
  if (given === undefined || route.method !== 'POST') return undefined
  if (!/^[\x21-\x7e][\x20-\x7e]{0,254}$/.test(given)) throw new Problem('invalid', 'idempotency.key_invalid', 'Idempotency-Key takes 1 to 255 plain characters.', [{ pointer: 'Idempotency-Key', detail: 'Not 1 to 255 plain characters.' }])
  const scope = hash(`${userId}\n${event.rawPath}\n${given}`)
  return { key: { pk: `ONCE#${scope}`, sk: 'ONCE' }, bodyHash: hash(event.body ?? ''), together: route.manyTransactions !== true }
}

/**
 * Does something once for a key and gives the same answer every time. Effect and key are stored in one transaction, answer included, so there is no moment
 * in which one is there without the other. Throws 409 for a twin that is under way, 422 for another body under the same key. A repeated request is judged
 * anew: who has lost the right to do it does not get the old answer either.
 */
export async function doOnce(table: Table, once: OnceOnly, now: Date, perform: Perform): Promise<Answer> {
  const known = await table.get(once.key, { consistent: true })
  if (known) return replay(table, once, known, perform)
  return once.together ? performTogether(table, once, now, perform) : performApart(table, once, now, perform)
}

async function performTogether(table: Table, once: OnceOnly, now: Date, perform: Perform): Promise<Answer> {
  return tryUntilStored({ tries: MOST_TRIES, busy }, async () => {
    const held: Write[] = []
    const answer = await perform({ ...table, write: async (...writes) => void held.push(...writes) })
    try {
      await table.write(...held, keyWrite(once, now, await keepAnswer(table, once.key, answer, expiryOf(now))))
      return answer
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error
      if (error.failed.includes(held.length)) throw underWay()
      if (error.failed.some((place) => movesWorkspace(held[place]))) throw new WorkspaceMoved()
      // Somebody else was faster on one of the rows: the use case decides anew on what stands now.
      throw error
    }
  })
}

function busy(): Problem {
  return new Problem('conflict', 'item.busy', 'Too many others are changing it at the same time. Try again.')
}

async function performApart(table: Table, once: OnceOnly, now: Date, perform: Perform): Promise<Answer> {
  try {
    await table.write(keyWrite(once, now))
  } catch (error) {
    throw error instanceof ConditionFailed ? underWay() : error
  }
  const answer = await perform(table).catch(async (error: unknown) => {
    // What was refused, or is to be repeated on a newer workspace, has done nothing and may be done again.
    if (error instanceof Problem || error instanceof WorkspaceMoved) await table.write({ delete: once.key })
    throw error
  })
  await table.write({ update: once.key, set: { ...(await keepAnswer(table, once.key, answer, expiryOf(now))) } })
  return answer
}

async function replay(table: Table, once: OnceOnly, known: Row, perform: Perform): Promise<Answer> {
  if (known['bodyHash'] !== once.bodyHash) throw new Problem('impossible', 'idempotency.other_body', 'This Idempotency-Key was used with another body. Make a new key for a new request.')
  const answer = await keptAnswer(table, known)
  await rehearse(() => perform(withoutEffect(table), answer))
  if (!answer) throw underWay()
  return answer
}

function keyWrite(once: OnceOnly, now: Date, kept?: Kept): Write {
  return { put: { ...once.key, kind: 'once', bodyHash: once.bodyHash, expiresAt: expiryOf(now), ...kept }, if: { absent: true } }
}

/** In seconds since 1970. */
function expiryOf(now: Date): number {
  return Math.floor(now.getTime() / 1000) + KEPT_SECONDS
}

function underWay(): Problem {
  return new Problem('conflict', 'idempotency.under_way', 'The same request is under way, or ended without an answer. Look at what stands before you send it again.')
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
