import { contextOf } from '../../shared/edge/http.ts'
import { serveSchedule } from '../../shared/edge/schedule.ts'
import { restampItems } from '../../shared/items/restamp-items.ts'
import { standingItems } from '../../shared/items/standing-items.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { settleRemovals } from '../../shared/types/settle-removals.ts'
import { openSessions } from '../../shared/workspace/index.ts'

const sessions = openSessions(openTable(fromEnvironment('TABLE_NAME')))

/** What a change of the company leaves to be done later: items of people who moved, and a last look at stages and types that were removed. */
export const handler = serveSchedule('items/restamp', async () => {
  const settled = await sessions.run((workspace, table) => settleRemovals({ ...contextOf({ userId: 'system', via: 'process' }, workspace, table), items: standingItems }))
  const restamped = await sessions.run((workspace, table) => restampItems(contextOf({ userId: 'system', via: 'process' }, workspace, table)))
  return { ...settled, ...restamped }
})
