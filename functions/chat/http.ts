import { serveHttp } from '../../shared/edge/http.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openPush } from '../../shared/platform/push.ts'
import { routes } from './routes.ts'

export const handler = serveHttp(routes, { push: openPush(fromEnvironment('SOCKET_ADDRESS')) }, openTable(fromEnvironment('TABLE_NAME')))
