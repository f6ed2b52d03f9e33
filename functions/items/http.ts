import { serveHttp } from '../../shared/edge/http.ts'
import { logBug } from '../../shared/edge/log.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { routes } from './routes.ts'

// An operation of a batch that fails by a fault of ours is told here, since the batch goes on.
const ports = { reportBug: (error: unknown) => logBug(error, { route: 'POST /v1/items/{type}/batch', requestId: '' }) }

export const handler = serveHttp(routes, ports, openTable(fromEnvironment('TABLE_NAME')))
