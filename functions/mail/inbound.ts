import { serveQueue } from '../../shared/edge/queue.ts'
import { openIntake, receiveNotice } from '../../shared/mail/index.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { joinWrites } from '../../shared/platform/join-writes.ts'
import { openBlobs } from '../../shared/platform/s3.ts'

const intake = openIntake({ table: joinWrites(openTable(fromEnvironment('TABLE_NAME'))), blobs: openBlobs(fromEnvironment('MAIL_BUCKET')), mailAddress: fromEnvironment('MAIL_ADDRESS') })

export const handler = serveQueue('mail/inbound', (message) => receiveNotice(intake, message), { atOnce: 10 })
