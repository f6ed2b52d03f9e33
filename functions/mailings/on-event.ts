import { serveQueue } from '../../shared/edge/queue.ts'
import { receiveEvent } from '../../shared/mailings/index.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { idDomain } from '../../shared/platform/ses.ts'

const ports = { table: openTable(fromEnvironment('TABLE_NAME')), idDomain: idDomain(fromEnvironment('AWS_REGION')), now: () => new Date() }

export const handler = serveQueue('mailings/on-event', (message) => receiveEvent(ports, message), { atOnce: 5 })
