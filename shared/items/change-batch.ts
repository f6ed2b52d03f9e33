import * as z from 'zod'
import { demand } from '../access/index.ts'
import { createAnswerBudget } from '../kernel/answer-budget.ts'
import { faultBody, notFound, Problem, problemBody, type ProblemBody } from '../kernel/problem.ts'
import { rehearse, WouldWrite } from '../platform/rehearsal.ts'
import { knownType } from '../types/index.ts'
import { WorkspaceMoved, type Ctx, type Repeated } from '../workspace/index.ts'
import { createItem } from './create-item.ts'
import { deleteItem } from './delete-item.ts'
import { storedItems } from './repository.ts'
import { updateItem } from './update-item.ts'

const MOST_OPERATIONS = 100

const id = z.int().positive().max(999_999_999_999)
const ifMatch = z.int().positive().optional()
const values = z.record(z.string(), z.unknown())

const Operation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('create'), values }),
  z.strictObject({ op: z.literal('update'), id, values, ifMatch }),
  z.strictObject({ op: z.literal('delete'), id, ifMatch }),
])
type Operation = z.output<typeof Operation>

/** `ifMatch` is the version that the operation was made on, as in the header of a single request. */
export const Batch = z.strictObject({ operations: z.array(Operation).min(1).max(MOST_OPERATIONS) })
export type Batch = z.output<typeof Batch>

const Result = z.object({ status: z.int(), body: z.looseObject({}).optional(), problem: z.looseObject({ code: z.string() }).optional(), shortened: z.boolean().optional().describe('It was done as the status says, but the answer holds no more: of the item there are only id, type and version, of a problem not the errors.') })
export const BatchView = z.object({ results: z.array(Result) })

export interface BatchResult {
  /** The status that the operation alone would have had. */
  readonly status: number
  readonly body?: Readonly<Record<string, unknown>>
  readonly problem?: Omit<ProblemBody, 'requestId'>
  /** The answer holds no more: of the item there are only `id`, `type` and `version`, of a problem not the `errors`. */
  readonly shortened?: true
}

/** What a batch needs besides the table: somebody to tell of an operation that failed by a fault of ours, since the others go on. */
export interface BatchPorts {
  reportBug(error: unknown): void
}

/**
 * Does up to 100 operations on items of a type, one after the other, each by itself: what one of them is refused for does not keep the others from being done.
 * All are done, also where the answer cannot hold all that became of them: the last results are then shortened.
 */
export async function changeBatch(ctx: Ctx & BatchPorts & Repeated, { type: code, values: { operations } }: { type: string; values: Batch }): Promise<{ results: BatchResult[] }> {
  const type = knownType(ctx.workspace, code).code
  if (ctx.earlierBody !== undefined) return judgedAnew(ctx, type, operations, JSON.parse(ctx.earlierBody) as { results: BatchResult[] })
  const results: BatchResult[] = []
  const budget = createAnswerBudget()
  for (const operation of operations) {
    const result = await resultOf(ctx, () => perform(ctx, type, operation))
    results.push(budget.takes(result) ? result : shortened(result))
  }
  return { results }
}

function shortened({ status, body, problem }: BatchResult): BatchResult {
  const { errors: _errors, ...short } = problem ?? fault
  return { status, ...(body ? { body: { id: body['id'], type: body['type'], version: body['version'] } } : {}), ...(problem ? { problem: short } : {}), shortened: true }
}

/** Who sends the same batch again gets the same answer only as long as they might still do everything that was done (API-3). Throws the first 403 or 404. */
async function judgedAnew(ctx: Ctx, type: string, operations: readonly Operation[], earlier: { results: BatchResult[] }): Promise<{ results: BatchResult[] }> {
  const done = operations.filter((_, place) => (earlier.results[place]?.status ?? 500) < 300)
  const gone = new Set(done.flatMap((operation) => (operation.op === 'delete' ? [operation.id] : [])))
  for (const operation of done) await rehearse(() => (operation.op !== 'create' && gone.has(operation.id) ? mightDo(ctx, type, operation) : perform(ctx, type, operation)))
  return earlier
}

/** What the batch itself has deleted is judged as it lies in the recycle bin. */
async function mightDo(ctx: Ctx, type: string, { op, id }: { op: 'update' | 'delete'; id: number }): Promise<void> {
  const [item] = await storedItems(ctx.table, [{ type, id }])
  if (!item) throw notFound(type)
  demand(ctx, op, item)
}

async function perform(ctx: Ctx, type: string, operation: Operation): Promise<BatchResult> {
  switch (operation.op) {
    case 'create':
      return { status: 201, body: await createItem(ctx, { type, values: operation.values }) }
    case 'update':
      return { status: 200, body: await updateItem(ctx, { type, id: operation.id, values: operation.values, ...versionOf(operation) }) }
    case 'delete':
      await deleteItem(ctx, { type, id: operation.id, ...versionOf(operation) })
      return { status: 204 }
  }
}

function versionOf({ ifMatch: version }: { ifMatch?: number | undefined }): { ifMatch?: number } {
  return version === undefined ? {} : { ifMatch: version }
}

async function resultOf(ctx: BatchPorts, work: () => Promise<BatchResult>): Promise<BatchResult> {
  try {
    return await work()
  } catch (error) {
    // Thrown before anything was written: the whole request is repeated on the newer workspace, or was only rehearsed.
    if (error instanceof WorkspaceMoved || error instanceof WouldWrite) throw error
    if (!(error instanceof Problem)) ctx.reportBug(error)
    const { requestId: _requestId, ...problem } = error instanceof Problem ? problemBody(error, '') : fault
    return { status: problem.status, problem }
  }
}

const fault = faultBody('This operation could not be carried out; look at what stands before you send it again.', '')
