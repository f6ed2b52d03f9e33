import { removeChat } from '../../shared/chat/index.ts'
import { contextOf } from '../../shared/edge/http.ts'
import { serveSchedule } from '../../shared/edge/schedule.ts'
import { purgeItems } from '../../shared/items/index.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openBlobs } from '../../shared/platform/s3.ts'
import { openSessions } from '../../shared/workspace/index.ts'

const sessions = openSessions(openTable(fromEnvironment('TABLE_NAME')))
const ports = { blobs: openBlobs(fromEnvironment('FILES_BUCKET')), removeChat }
/** Enough for one more item with a long timeline. */
const LONGEST_TURN_MILLISECONDS = 20_000

export const handler = serveSchedule('items/purge', (left) => sessions.run((workspace, table) => purgeItems({ ...contextOf({ userId: 'system', via: 'process' }, workspace, table), ...ports }, () => left() > LONGEST_TURN_MILLISECONDS)))
