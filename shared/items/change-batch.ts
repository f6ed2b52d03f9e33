import * as z from 'zod'
import { Problem, problemBody, type ProblemBody } from '../kernel/problem.ts'
import { knownType } from '../types/index.ts'
import { WorkspaceMoved, type Ctx } from '../workspace/index.ts'
import { createItem } from './create-item.ts'
import { deleteItem } from './delete-item.ts'
import { updateItem } from './update-item.ts'

export const MOST_OPERATIONS = 100

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

const Result = z.object({ status: z.int(), body: z.looseObject({}).optional(), problem: z.looseObject({ code: z.string() }).optional() })
export const BatchView = z.object({ results: z.array(Result) })

export interface BatchResult {
  /** The status that the operation alone would have had. */
  readonly status: number
  readonly body?: Readonly<Record<string, unknown>>
  readonly problem?: Omit<ProblemBody, 'requestId'>
}

/** What a batch needs besides the table: somebody to tell of an operation that failed by a fault of ours, since the others go on. */
export interface BatchPorts {
  reportBug(error: unknown): void
}

/** Does up to 100 operations on items of a type, one after the other, each by itself: what one of them is refused for does not keep the others from being done. */
export async function changeBatch(ctx: Ctx & BatchPorts, { type: code, values: { operations } }: { type: string; values: Batch }): Promise<{ results: BatchResult[] }> {
  const type = knownType(ctx.workspace, code).code
  const results: BatchResult[] = []
  for (const operation of operations) results.push(await resultOf(ctx, () => perform(ctx, type, operation)))
  return { results }
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
    // Thrown before anything was written: the whole request is repeated on the newer workspace.
    if (error instanceof WorkspaceMoved) throw error
    if (!(error instanceof Problem)) ctx.reportBug(error)
    const { requestId: _requestId, ...problem } = error instanceof Problem ? problemBody(error, '') : faultBody
    return { status: problem.status, problem }
  }
}

const faultBody: ProblemBody = { type: 'https://leadline.example/problems/internal', title: 'Something went wrong on our side', status: 500, code: 'internal', detail: 'This operation could not be carried out; look at what stands before you send it again.', requestId: '' }
