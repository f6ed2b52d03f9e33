import { AwsError } from '../contract.ts'
import { queryCodeOf } from './errors.ts'
import { asObject, text } from './request.ts'
import type { Members } from './request.ts'

const mostEntries = 10
const entryId = /^[A-Za-z0-9_-]{1,80}$/

export interface BatchResult {
  readonly Successful: readonly Members[]
  readonly Failed: readonly Members[]
}

/**
 * The entries of a batch request.
 *
 * @throws AwsError `EmptyBatchRequest`, `TooManyEntriesInBatchRequest`, `InvalidBatchEntryId`, `BatchEntryIdsNotDistinct`
 */
export function entriesOf(members: Members): Members[] {
  const given = members['Entries'] ?? []
  if (!Array.isArray(given)) throw new AwsError('SerializationException', 'Entries must be a list')
  if (given.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.')
  if (given.length > mostEntries) throw new AwsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${mostEntries}. You have sent ${given.length}.`)
  const entries = given.map((entry) => asObject(entry, 'An entry'))
  const seen = new Set<string>()
  for (const entry of entries) {
    const id = text(entry, 'Id')
    if (!entryId.test(id)) throw new AwsError('InvalidBatchEntryId', 'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.')
    if (seen.has(id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`)
    seen.add(id)
  }
  return entries
}

/** Does each entry by itself: what SQS refuses of one does not touch the others. */
export function eachEntry(entries: readonly Members[], work: (entry: Members) => Members): BatchResult {
  const Successful: Members[] = []
  const Failed: Members[] = []
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry['Id'], ...work(entry) })
    } catch (problem) {
      if (!(problem instanceof AwsError)) throw problem
      Failed.push({ Id: entry['Id'], Code: queryCodeOf(problem), Message: problem.message, SenderFault: problem.status < 500 })
    }
  }
  return { Successful, Failed }
}
