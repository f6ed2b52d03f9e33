import { contextOf } from '../../shared/edge/http.ts'
import { serveSchedule } from '../../shared/edge/schedule.ts'
import { restampItems } from '../../shared/items/index.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openSessions } from '../../shared/workspace/index.ts'

const sessions = openSessions(openTable(fromEnvironment('TABLE_NAME')))

export const handler = serveSchedule('items/restamp', () => sessions.run((workspace, table) => restampItems(contextOf({ userId: 'system', via: 'process' }, workspace, table))))
