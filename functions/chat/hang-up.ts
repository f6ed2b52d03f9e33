import { serveSchedule } from '../../shared/edge/schedule.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openPush } from '../../shared/platform/push.ts'
import { hangUp } from '../../shared/sockets/index.ts'

const table = openTable(fromEnvironment('TABLE_NAME'))
const push = openPush(fromEnvironment('SOCKET_ADDRESS'))

export const handler = serveSchedule('chat/hang-up', () => hangUp(push, table, new Date()))
