import { AwsError } from '../contract.ts'
import type { AwsAnswer } from '../contract.ts'
import { errorAnswer } from '../aws-wire.ts'

/** The rows that calls in flight are working on, to refuse what DynamoDB refuses as a transaction conflict. */
export interface Conflicts {
  /**
   * Announces a call. The answer is either a refusal, or how to say that the call is over.
   *
   * @param rows names of rows in the order of the transaction's parts
   * @param token the transaction's `ClientRequestToken`
   * @throws AwsError `TransactionConflictException`, `TransactionInProgressException`
   */
  enter(operation: string, rows: readonly (string | undefined)[], token?: string): AwsAnswer | (() => void)
}

export function createConflicts(): Conflicts {
  const inTransaction = new Set<string>()
  const beingWritten = new Map<string, number>()
  const tokens = new Set<string>()

  return {
    enter(operation, rows, token) {
      const named = rows.filter((row) => row !== undefined)
      const count = (by: number) => named.forEach((row) => setOrDrop(beingWritten, row, (beingWritten.get(row) ?? 0) + by))
      switch (operation) {
        case 'TransactWriteItems': {
          if (token !== undefined && tokens.has(token)) throw new AwsError('TransactionInProgressException', 'Transaction with the given client request token is already in progress')
          if (named.some((row) => inTransaction.has(row))) return cancelled(rows.map((row) => row !== undefined && inTransaction.has(row)))
          named.forEach((row) => inTransaction.add(row))
          if (token !== undefined) tokens.add(token)
          return () => {
            named.forEach((row) => inTransaction.delete(row))
            if (token !== undefined) tokens.delete(token)
          }
        }
        case 'TransactGetItems': {
          const isBusy = (row: string | undefined) => row !== undefined && (inTransaction.has(row) || beingWritten.has(row))
          return rows.some(isBusy) ? cancelled(rows.map(isBusy)) : nothing
        }
        case 'BatchWriteItem':
          count(1)
          return () => count(-1)
        case 'PutItem':
        case 'UpdateItem':
        case 'DeleteItem':
          if (named.some((row) => inTransaction.has(row))) throw new AwsError('TransactionConflictException', ongoing)
          count(1)
          return () => count(-1)
        default:
          return nothing
      }
    },
  }
}

const ongoing = 'Transaction is ongoing for the item'
const nothing = () => undefined

function setOrDrop(counts: Map<string, number>, row: string, count: number): void {
  if (count > 0) counts.set(row, count)
  else counts.delete(row)
}

function cancelled(conflicting: readonly boolean[]): AwsAnswer {
  const codes = conflicting.map((isConflicting) => (isConflicting ? 'TransactionConflict' : 'None'))
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`
  return errorAnswer('dynamodb', new AwsError('TransactionCanceledException', message), {
    Message: message,
    CancellationReasons: codes.map((Code) => (Code === 'None' ? { Code } : { Code, Message: ongoing })),
  })
}
