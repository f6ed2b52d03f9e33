import { serveQueue } from '../../shared/edge/queue.ts'
import type { EventPorts } from '../../shared/mailings/index.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openBlobs } from '../../shared/platform/s3.ts'
import { idDomain } from '../../shared/platform/ses.ts'

const parts = { table: openTable(fromEnvironment('TABLE_NAME')), blobs: openBlobs(fromEnvironment('MAIL_BUCKET')), mailAddress: fromEnvironment('MAIL_ADDRESS') }
let ports: EventPorts | undefined

/** What it takes to read an event is loaded with the first one, for which nobody waits. */
export const handler = serveQueue(
  'mailings/on-event',
  async (message) => {
    const [{ receiveEvent }, { openIntake }] = await Promise.all([import('../../shared/mailings/index.ts'), import('../../shared/mail/index.ts')])
    ports ??= { table: parts.table, intake: openIntake(parts), idDomain: idDomain(fromEnvironment('AWS_REGION')), now: () => new Date() }
    return receiveEvent(ports, message)
  },
  { atOnce: 5 },
)
