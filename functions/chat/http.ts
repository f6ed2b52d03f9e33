import { serveHttp } from '../../shared/edge/http.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openPush } from '../../shared/platform/push.ts'
import { routes } from './routes.ts'

/** A deployment without a mail domain has no address: there nobody gets notifications by mail. */
const ports = { push: openPush(fromEnvironment('SOCKET_ADDRESS')), mailAddress: process.env['MAIL_ADDRESS'] ?? '' }

export const handler = serveHttp(routes, ports, openTable(fromEnvironment('TABLE_NAME')))
