import { setTimeout as wait } from 'node:timers/promises'
import type { Problem } from '../kernel/problem.ts'
import type { Table } from '../platform/table.ts'
import { changeWorkspace, workspaceWith, type Ctx, type EntryChange } from '../workspace/index.ts'
import type { StoredType } from './types-of.ts'

/** A stage in its pipeline. */
export interface Place {
  readonly pipelineId: string
  readonly stageId: string
}

/** What this room has to know of items, which belong to another. */
export interface TypePorts {
  readonly items: {
    /** Whether an item of the type stands in one of these stages; left out, of a type without stages, whether there is any item. The recycle bin does not count. Trails by the lag of an index. */
    standIn(table: Table, type: string, places: readonly Place[] | undefined): Promise<boolean>
    /** The last number given to an item of the type; 0 if there never was one. Exact. */
    lastNumber(table: Table, type: string): Promise<number>
  }
}

/** By then the requests that began before the mark have written, and the list indexes show it. */
const SETTLING_MILLISECONDS = 2000

/**
 * Makes sure that nothing stands in what is to be removed and nothing can enter it any more (see the README). Gives the workspace in which it is closed;
 * what is stored on top of it is refused if anything has changed meanwhile, and the request is repeated. Throws `inUse`.
 */
export async function closeAndLook(ctx: Ctx, removal: { close: EntryChange; reopen: EntryChange; closingSince: string | undefined; isUsed: () => Promise<boolean>; inUse: () => Problem }): Promise<Ctx> {
  const { close, reopen, closingSince, isUsed, inUse } = removal
  if (closingSince === undefined && (await isUsed())) throw inUse()
  const closed = closingSince === undefined ? await changed(ctx, close) : ctx
  const since = closingSince === undefined ? ctx.now().getTime() : Date.parse(closingSince)
  await wait(Math.min(SETTLING_MILLISECONDS, Math.max(0, since + SETTLING_MILLISECONDS - Date.now())))
  if (!(await isUsed())) return closed
  await changeWorkspace(closed, [reopen])
  throw inUse()
}

async function changed(ctx: Ctx, change: EntryChange): Promise<Ctx> {
  await changeWorkspace(ctx, [change])
  return { ...ctx, workspace: workspaceWith(ctx.workspace, [change]) }
}

/** Everywhere an item of the type may stand; undefined for types without stages. */
export function everyPlace({ pipelines = [], removedStages = [] }: Pick<StoredType, 'pipelines' | 'removedStages'>): Place[] | undefined {
  if (pipelines.length === 0) return undefined
  return [...pipelines.flatMap(({ id, stages }) => stages.map((stage) => ({ pipelineId: id, stageId: stage.id }))), ...removedStages.map(({ pipelineId, stage }) => ({ pipelineId, stageId: stage.id }))]
}
