import { createMemoryBudget, MOST_RAW_BYTES_AT_ONCE, type Intake } from '../../shared/mail/index.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openBlobs } from '../../shared/platform/s3.ts'
import { openSessions } from '../../shared/workspace/index.ts'

/** What both ways into the CRM need. A mail that comes before the company is founded founds nothing: it is kept, unsorted. */
export function openIntake(): Intake {
  return {
    sessions: openSessions(openTable(fromEnvironment('TABLE_NAME')), async () => undefined),
    blobs: openBlobs(fromEnvironment('MAIL_BUCKET')),
    mailAddress: fromEnvironment('MAIL_ADDRESS'),
    memory: createMemoryBudget(MOST_RAW_BYTES_AT_ONCE),
    now: () => new Date(),
  }
}
