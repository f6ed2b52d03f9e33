import { serveHttp } from '../../shared/edge/http.ts'
import { readableItems } from '../../shared/items/index.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openBlobs } from '../../shared/platform/s3.ts'
import { routes } from './routes.ts'

export const handler = serveHttp(routes, { blobs: openBlobs(fromEnvironment('FILES_BUCKET')), readable: readableItems }, openTable(fromEnvironment('TABLE_NAME')))
