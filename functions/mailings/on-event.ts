import { serveQueue } from '../../shared/edge/queue.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { idDomain } from '../../shared/platform/ses.ts'

const ports = { table: openTable(fromEnvironment('TABLE_NAME')), idDomain: idDomain(fromEnvironment('AWS_REGION')), now: () => new Date() }

/** What it takes to read an event is loaded with the first one, for which nobody waits. */
export const handler = serveQueue('mailings/on-event', async (message) => (await import('../../shared/mailings/index.ts')).receiveEvent(ports, message), { atOnce: 5 })
