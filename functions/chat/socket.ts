import { serveSocket } from '../../shared/edge/socket.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openPush } from '../../shared/platform/push.ts'
import { actions } from './routes.ts'

export const handler = serveSocket(actions, { push: openPush(fromEnvironment('SOCKET_ADDRESS')) }, openTable(fromEnvironment('TABLE_NAME')))
