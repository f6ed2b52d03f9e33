import { serveHttp } from '../../shared/edge/http.ts'
import type { SendingPorts } from '../../shared/mailings/index.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openBlobs } from '../../shared/platform/s3.ts'
import { openMailer } from '../../shared/platform/ses.ts'
import { openOrderedQueue } from '../../shared/platform/sqs.ts'
import { routes } from './routes.ts'

// A deployment without a mail domain has neither of these: templates can be written there, and nothing is sent.
const { MAIL_ADDRESS: mailAddress = '', CONFIGURATION_SET: configurationSet, MAILINGS_QUEUE_URL: queueUrl } = process.env

const ports: SendingPorts = {
  blobs: openBlobs(fromEnvironment('MAIL_BUCKET')),
  mailAddress,
  mailer: configurationSet === undefined ? undefined : openMailer(configurationSet),
  mailings: queueUrl === undefined ? undefined : openOrderedQueue(queueUrl),
}

export const handler = serveHttp(routes, ports, openTable(fromEnvironment('TABLE_NAME')))
