import type { AwsAnswer, AwsError } from '../contract.ts'
import { errorAnswer } from '../aws-wire.ts'

/** Codes that the older query protocol wrote with a prefix. */
const prefixed = new Set([
  'EmptyBatchRequest', 'TooManyEntriesInBatchRequest', 'BatchEntryIdsNotDistinct', 'InvalidBatchEntryId', 'BatchRequestTooLong',
  'MessageNotInflight', 'PurgeQueueInProgress', 'UnsupportedOperation',
])

const renamed: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  InvalidParameterValueException: 'InvalidParameterValue',
  MissingRequiredParameterException: 'MissingParameter',
  AccessDeniedException: 'AccessDenied',
  UnknownOperationException: 'InvalidAction',
}

/** The code as clients of the older query protocol know it; batch answers carry it too. */
export function queryCodeOf(problem: AwsError): string {
  if (prefixed.has(problem.code)) return `AWS.SimpleQueueService.${problem.code}`
  return renamed[problem.code] ?? problem.code
}

/** SQS's JSON error, with the header by which SDKs keep showing the older code. */
export function sqsErrorAnswer(problem: AwsError): AwsAnswer {
  const answer = errorAnswer('sqs', problem)
  const fault = problem.status >= 500 ? 'Receiver' : 'Sender'
  return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': `${queryCodeOf(problem)};${fault}` } }
}
