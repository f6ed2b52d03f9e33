import { serveSchedule } from '../../shared/edge/schedule.ts'
import { mailNotifications } from '../../shared/notifications/mail-notifications.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { openMailer } from '../../shared/platform/ses.ts'
import { openSessions } from '../../shared/workspace/index.ts'

const table = openTable(fromEnvironment('TABLE_NAME'))
const room = {
  table,
  sessions: openSessions(table),
  mailer: openMailer(fromEnvironment('CONFIGURATION_SET')),
  mailAddress: fromEnvironment('MAIL_ADDRESS'),
  itemLink: process.env['ITEM_LINK'],
  now: () => new Date(),
}

export const handler = serveSchedule('notifications/mail', (left) => mailNotifications(room, left))
