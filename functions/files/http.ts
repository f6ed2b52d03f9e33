import { serveHttp } from '../../shared/edge/http.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openBlobs } from '../../shared/platform/s3.ts'
import { routes } from './routes.ts'

export const handler = serveHttp(routes, { blobs: openBlobs(fromEnvironment('FILES_BUCKET')) }, openTable(fromEnvironment('TABLE_NAME')))
