import { logBug } from '../../shared/edge/log.ts'
import { serveQueue } from '../../shared/edge/queue.ts'
import type { Crew } from '../../shared/mailings/index.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openBlobs } from '../../shared/platform/s3.ts'
import { openMailer } from '../../shared/platform/ses.ts'
import { openOrderedQueue } from '../../shared/platform/sqs.ts'

const parts = {
  table: openTable(fromEnvironment('TABLE_NAME')),
  blobs: openBlobs(fromEnvironment('MAIL_BUCKET')),
  mailer: openMailer(fromEnvironment('CONFIGURATION_SET')),
  queue: openOrderedQueue(fromEnvironment('MAILINGS_QUEUE_URL')),
  mailAddress: fromEnvironment('MAIL_ADDRESS'),
  apiAddress: fromEnvironment('API_ADDRESS'),
  report: (error: unknown) => logBug(error, { route: 'mailings/work', requestId: '' }),
}
let crew: Crew | undefined

/** Lists, mail and templates together are large: they are loaded with the first turn, for which nobody waits. */
export const handler = serveQueue(
  'mailings/work',
  async (message) => {
    const { openCrew, workOnMailing } = await import('../../shared/mailings/index.ts')
    crew ??= openCrew(parts)
    return workOnMailing(crew, message)
  },
  { atOnce: 1 },
)
