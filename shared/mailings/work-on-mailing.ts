import * as z from 'zod'
import { rightsOf } from '../access/index.ts'
import { randomId } from '../kernel/ids.ts'
import type { Table } from '../platform/table.ts'
import { loadContent, readTemplateParts } from '../templates/index.ts'
import { WorkspaceMoved, type Ctx, type Workspace } from '../workspace/index.ts'
import type { Crew } from './crew.ts'
import { expandMailing } from './expand-mailing.ts'
import { afterFailure } from './failed-turn.ts'
import { MOST_BETWEEN_SAVES, MOST_FAILURES, SECONDS_BETWEEN_SAVES, SHARE_OF_RATE } from './limits.ts'
import { NOTHING, sum, type Mailing, type Tally } from './mailing.ts'
import { TURNS } from './ports.ts'
import { recipientsOf, tallyOf, type SelectionPage } from './recipients.ts'
import { loadMailing, loadPage } from './repository.ts'
import { outcomesOf, sendPage, type PageWork } from './send-page.ts'
import { openTurn, TurnLost, type Turn, type TurnEnd } from './turn.ts'

const WakeUp = z.object({ mailingId: z.string() })

/** Takes a turn at the mailing that a wake-up names (BLK-4). Gives how it ended, for the log. A mailing whose turn fails holds up no other: it gives up its place in the line. */
export async function workOnMailing(crew: Crew, { body }: { body: string }): Promise<string> {
  const { mailingId } = WakeUp.parse(JSON.parse(body))
  const end = await crew.sessions.run((workspace, table) => takeTurn(crew, workspace, table, mailingId))
  if (end === 'more') await crew.queue.send(TURNS, { mailingId })
  return end
}

async function takeTurn(crew: Crew, workspace: Workspace, table: Table, id: string): Promise<TurnEnd> {
  const turn = await openTurn({ table, now: crew.now }, id)
  if (!turn) return 'done'
  const ctx: Ctx = { actor: { userId: turn.mailing.senderId, via: 'user' }, workspace, table, now: crew.now, newId: randomId }
  try {
    if (turn.mailing.failures >= MOST_FAILURES) throw new Error(`The turns at ${id} ended without a word.`)
    return (await goOn(crew, ctx, turn)) ?? (await endTurn(crew, ctx, turn))
  } catch (error) {
    if (error instanceof WorkspaceMoved) throw error
    crew.report(error)
    if (error instanceof TurnLost) return 'lost'
    return turn.leave((mailing) => afterFailure(mailing, error, crew.now()).change, afterFailure(turn.mailing, error, crew.now()).end)
  }
}

/** Reads the selection and sends to it, as far as the turn goes. Gives an end only when nothing may be sent now. */
async function goOn(crew: Crew, ctx: Ctx, turn: Turn): Promise<TurnEnd | undefined> {
  if (turn.mailing.status !== 'running') return undefined
  if (!rightsOf(ctx.workspace, turn.mailing.senderId).flags.bulkMail) {
    await turn.save(() => ({ status: 'cancelled', endedAt: crew.now().toISOString(), note: 'The sender may not send mailings any more.' }))
    return undefined
  }
  await expandMailing(ctx, turn.mailing, turn.advance, turn.goesOn)
  return sendPages(crew, ctx, turn)
}

async function sendPages(crew: Crew, ctx: Ctx, turn: Turn): Promise<TurnEnd | undefined> {
  const quota = await crew.mailer.quota().catch(crew.report)
  if (!quota) return turn.leave(() => ({ note: 'Nothing can be sent at the moment. It goes on by itself.' }), 'held')
  const rate = quota.perSecond * SHARE_OF_RATE
  crew.pace.set(rate)
  const template = await readTemplateParts(await loadContent(ctx.table, turn.mailing.templateId, turn.mailing.templateVersion))
  while (turn.mailing.status === 'running' && turn.mailing.page <= turn.mailing.pages && turn.goesOn()) {
    if (quota.left < 1) return turn.leave(() => ({ note: 'The quota of mails for these 24 hours is used up.' }), 'held')
    const work: PageWork = {
      ctx,
      hands: { table: ctx.table, blobs: crew.blobs, mailer: crew.mailer, turn: crew.pace.turn, isWanted: async () => (await loadMailing(ctx.table, turn.mailing.id)).status === 'running' },
      composing: { workspace: ctx.workspace, mailAddress: crew.mailAddress, apiAddress: crew.apiAddress, mailing: turn.mailing, template, now: crew.now() },
      page: await pageUnderWay(ctx.table, turn.mailing),
      step: Math.min(MOST_BETWEEN_SAVES, Math.max(1, Math.floor(rate * SECONDS_BETWEEN_SAVES))),
      async progress(current) {
        await turn.advance(() => ({ current }))
        return turn.mailing.status === 'running' && turn.goesOn()
      },
    }
    const result = await sendPage(work)
    if (result.end === 'held') return turn.leave(async () => ({ current: await result.tally(), note: result.reason }), 'held')
    if (result.end === 'done') await turn.advance(async (mailing) => pageDone(mailing, await result.tally()))
    else await turn.save(async () => ({ current: await result.tally() }))
  }
  return undefined
}

async function pageUnderWay(table: Table, { id, page }: Mailing): Promise<SelectionPage> {
  const found = await loadPage(table, id, page)
  if (!found) throw new Error(`Page ${page} of ${id} is not there.`)
  return found
}

/** A mailing that has ended is settled: what its last turn left in the middle is counted, and nobody looks after it any more. */
async function endTurn(crew: Crew, ctx: Ctx, turn: Turn): Promise<TurnEnd> {
  const { status, id, expanded, page, pages } = turn.mailing
  if (status === 'running' && !(expanded && page > pages)) return turn.leave(() => ({}), 'more')
  const left = await loadPage(ctx.table, id, page)
  return turn.leave(async (mailing) => {
    const current = left ? tallyOf(left, (await outcomesOf(ctx.table, mailing, recipientsOf(id, left))).values()) : NOTHING
    const ended = mailing.status === 'running' ? ({ status: 'completed', endedAt: crew.now().toISOString(), note: null } as const) : {}
    return { ...ended, current, settled: true }
  }, 'done')
}

function pageDone(mailing: Mailing, tally: Tally): Partial<Mailing> {
  return { page: mailing.page + 1, done: sum(mailing.done, tally), current: NOTHING }
}
