import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { rightsOf } from '../access/index.ts'
import { randomId } from '../kernel/ids.ts'
import { ConditionFailed, type Table } from '../platform/table.ts'
import { loadContent, readTemplateParts } from '../templates/index.ts'
import type { Ctx, Workspace } from '../workspace/index.ts'
import type { Crew } from './crew.ts'
import { expandMailing } from './expand-mailing.ts'
import { LONGEST_TURN_SECONDS, MOST_BETWEEN_SAVES, SECONDS_BETWEEN_SAVES, SHARE_OF_RATE, TURN_SECONDS } from './limits.ts'
import { NOTHING, sum, type Mailing, type Tally } from './mailing.ts'
import { TURNS } from './ports.ts'
import { recipientsOf, tallyOf } from './recipients.ts'
import { findMailing, loadMailing, loadPage, mailingWrite } from './repository.ts'
import { outcomesOf, sendPage, type PageWork } from './send-page.ts'

const WakeUp = z.object({ mailingId: z.string() })

/** How a turn ended: with `more`, another one follows; what is `held` is taken up again by who looks for idle mailings. */
type TurnEnd = 'done' | 'more' | 'held'

/** Takes a turn at the mailing that a wake-up names (BLK-4). Gives how it ended, for the log. */
export async function workOnMailing(crew: Crew, { body }: { body: string }): Promise<string> {
  const { mailingId } = WakeUp.parse(JSON.parse(body))
  const end = await crew.sessions.run((workspace, table) => takeTurn(crew, workspace, table, mailingId))
  if (end === 'more') await crew.queue.send(TURNS, { mailingId })
  return end
}

async function takeTurn(crew: Crew, workspace: Workspace, table: Table, id: string): Promise<TurnEnd> {
  const begun = await openTurn(crew, table, id)
  if (!begun) return 'done'
  const turn = turnOf(crew, table, begun)
  const ctx: Ctx = { actor: { userId: begun.senderId, via: 'user' }, workspace, table, now: crew.now, newId: randomId }
  if (begun.status === 'running' && !rightsOf(workspace, begun.senderId).flags.bulkMail) await turn.save(() => ({ status: 'cancelled', endedAt: crew.now().toISOString(), note: 'The sender may not send mailings any more.' }))
  await expandMailing(ctx, turn.mailing, turn.save, turn.goesOn)
  return sendPages(crew, ctx, turn)
}

async function sendPages(crew: Crew, ctx: Ctx, turn: Turn): Promise<TurnEnd> {
  const { perSecond, left } = await crew.mailer.quota()
  const rate = perSecond * SHARE_OF_RATE
  crew.pace.set(rate)
  const template = await readTemplateParts(await loadContent(ctx.table, turn.mailing.templateId, turn.mailing.templateVersion))
  while (turn.mailing.status === 'running' && turn.mailing.page <= turn.mailing.pages && turn.goesOn()) {
    if (left < 1) return turn.leave(() => ({ note: 'The quota of mails for these 24 hours is used up.' }), 'held')
    const page = await loadPage(ctx.table, turn.mailing.id, turn.mailing.page)
    if (!page) throw new Error(`Page ${turn.mailing.page} of ${turn.mailing.id} is not there.`)
    const work: PageWork = {
      ctx,
      hands: { table: ctx.table, blobs: crew.blobs, mailer: crew.mailer, turn: crew.pace.turn, isWanted: async () => (await loadMailing(ctx.table, turn.mailing.id)).status === 'running' },
      composing: composingOf(crew, ctx, turn, template),
      page,
      step: Math.min(MOST_BETWEEN_SAVES, Math.max(1, Math.floor(rate * SECONDS_BETWEEN_SAVES))),
      async progress(current) {
        await turn.save(() => ({ current }))
        return turn.mailing.status === 'running' && turn.goesOn()
      },
    }
    const result = await sendPage(work)
    if (result.end === 'held') return turn.leave(async () => ({ current: await result.tally(), note: result.reason }), 'held')
    if (result.end === 'done') await turn.save(async (mailing) => pageDone(mailing, await result.tally()))
    else await turn.save(async () => ({ current: await result.tally() }))
  }
  return endTurn(crew, ctx, turn, template)
}

/** A mailing that has ended is settled: what its last turn left in the middle is counted, and nobody looks after it any more. */
async function endTurn(crew: Crew, ctx: Ctx, turn: Turn, template: Awaited<ReturnType<typeof readTemplateParts>>): Promise<TurnEnd> {
  const { status, id, expanded, page, pages } = turn.mailing
  if (status === 'running' && !(expanded && page > pages)) return turn.leave(() => ({}), 'more')
  const left = await loadPage(ctx.table, id, page)
  const composing = composingOf(crew, ctx, turn, template)
  return turn.leave(async (mailing) => {
    const current = left ? tallyOf(left, (await outcomesOf({ ctx, composing }, recipientsOf(id, left))).values()) : NOTHING
    const ended = mailing.status === 'running' ? ({ status: 'completed', endedAt: crew.now().toISOString(), note: null } as const) : {}
    return { ...ended, current, settled: true }
  }, 'done')
}

function composingOf(crew: Crew, { workspace }: Ctx, { mailing }: Turn, template: Awaited<ReturnType<typeof readTemplateParts>>): PageWork['composing'] {
  return { workspace, mailAddress: crew.mailAddress, apiAddress: crew.apiAddress, mailing, template, now: crew.now() }
}

function pageDone(mailing: Mailing, tally: Tally): Partial<Mailing> {
  return { page: mailing.page + 1, done: sum(mailing.done, tally), current: NOTHING }
}

type Change = (mailing: Mailing) => Partial<Mailing> | Promise<Partial<Mailing>>

/** A worker's time with a mailing. */
interface Turn {
  readonly mailing: Mailing
  goesOn(): boolean
  /** Stores changes, worked out on the mailing as it stands, and keeps it for another while. */
  save(change: Change): Promise<Mailing>
  /** Stores changes and gives the mailing back. */
  leave(change: Change, end: TurnEnd): Promise<TurnEnd>
}

/** The next to have the mailing, or undefined when nothing is left to do with it. Whoever has it now is waited for, but not for longer than they may keep it without a word. */
async function openTurn(crew: Crew, table: Table, id: string): Promise<Mailing | undefined> {
  for (;;) {
    const mailing = await findMailing(table, id)
    if (!mailing || mailing.settled) return undefined
    const now = crew.now().getTime()
    if (mailing.turn !== null && mailing.turnUntil > now) {
      await wait(Math.min(1000, mailing.turnUntil - now))
      continue
    }
    const { write, after } = mailingWrite(mailing, { turn: randomId('trn'), turnUntil: now + TURN_SECONDS * 1000 })
    try {
      await table.write(write)
      return after
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error
    }
  }
}

const MOST_SAVES = 20

function turnOf(crew: Crew, table: Table, begun: Mailing): Turn {
  const until = crew.now().getTime() + LONGEST_TURN_SECONDS * 1000
  let mailing = begun
  const store = async (change: Change, kept: Partial<Mailing>): Promise<Mailing> => {
    for (let attempt = 0; attempt < MOST_SAVES; attempt += 1) {
      const { write, after } = mailingWrite(mailing, { ...(await change(mailing)), ...kept })
      try {
        await table.write(write)
        return (mailing = after)
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error
        // Somebody has cancelled it, or SES has told what became of a mail in doubt: the change is worked out again on what stands now.
        const now = await loadMailing(table, mailing.id)
        if (now.turn !== begun.turn) throw new Error(`The turn at ${mailing.id} is another's by now.`, { cause: error })
        mailing = now
      }
    }
    throw new Error(`The mailing ${mailing.id} changed again and again.`)
  }
  return {
    get mailing() {
      return mailing
    },
    goesOn: () => crew.now().getTime() < until,
    save: (change) => store(change, { turnUntil: crew.now().getTime() + TURN_SECONDS * 1000 }),
    async leave(change, end) {
      await store(change, { turn: null, turnUntil: 0 })
      return end
    },
  }
}
