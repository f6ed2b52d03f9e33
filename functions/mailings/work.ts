import { serveQueue } from '../../shared/edge/queue.ts'
import { openCrew, workOnMailing } from '../../shared/mailings/index.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openBlobs } from '../../shared/platform/s3.ts'
import { openMailer } from '../../shared/platform/ses.ts'
import { openOrderedQueue } from '../../shared/platform/sqs.ts'

const crew = openCrew({
  table: openTable(fromEnvironment('TABLE_NAME')),
  blobs: openBlobs(fromEnvironment('MAIL_BUCKET')),
  mailer: openMailer(fromEnvironment('CONFIGURATION_SET')),
  queue: openOrderedQueue(fromEnvironment('MAILINGS_QUEUE_URL')),
  mailAddress: fromEnvironment('MAIL_ADDRESS'),
  apiAddress: fromEnvironment('API_ADDRESS'),
})

export const handler = serveQueue('mailings/work', (message) => workOnMailing(crew, message), { atOnce: 1 })
