import { serveHttp } from '../../shared/edge/http.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openBlobs } from '../../shared/platform/s3.ts'
import { routes } from './routes.ts'

// A deployment without a mail domain has no address; what came in before can be read all the same.
const ports = { blobs: openBlobs(fromEnvironment('MAIL_BUCKET')), mailAddress: process.env['MAIL_ADDRESS'] ?? '' }

export const handler = serveHttp(routes, ports, openTable(fromEnvironment('TABLE_NAME')))
