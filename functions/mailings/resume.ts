import { serveSchedule } from '../../shared/edge/schedule.ts'
import { resumeMailings } from '../../shared/mailings/resume-mailings.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openOrderedQueue } from '../../shared/platform/sqs.ts'

const table = openTable(fromEnvironment('TABLE_NAME'))
const queue = openOrderedQueue(fromEnvironment('MAILINGS_QUEUE_URL'))

export const handler = serveSchedule('mailings/resume', () => resumeMailings(table, queue, new Date()))
