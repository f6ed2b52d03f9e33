import { serveSchedule } from '../../shared/edge/schedule.ts'
import { openIntake, sweepInbox } from '../../shared/mail/index.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openBlobs } from '../../shared/platform/s3.ts'

const intake = openIntake({ table: openTable(fromEnvironment('TABLE_NAME')), blobs: openBlobs(fromEnvironment('MAIL_BUCKET')), mailAddress: fromEnvironment('MAIL_ADDRESS') })
/** Enough for one more mail of any size. */
const LONGEST_TURN_MILLISECONDS = 60_000

export const handler = serveSchedule('mail/sweep', (left) => sweepInbox(intake, () => left() > LONGEST_TURN_MILLISECONDS))
