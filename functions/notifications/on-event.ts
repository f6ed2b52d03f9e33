import { serveQueue } from '../../shared/edge/queue.ts'
import { reactToEvent } from '../../shared/notifications/index.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openPush } from '../../shared/platform/push.ts'
import { openSessions } from '../../shared/workspace/index.ts'

const sessions = openSessions(openTable(fromEnvironment('TABLE_NAME')))
const push = openPush(fromEnvironment('SOCKET_ADDRESS'))

export const handler = serveQueue('notifications/on-event', ({ body }) => sessions.run((workspace, table) => reactToEvent({ workspace, table, push, now: () => new Date() }, body)), { atOnce: 5 })
