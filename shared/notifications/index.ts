export { listNotifications } from './list-notifications.ts'
export { markRead } from './mark-read.ts'
export { reactToEvent } from './react-to-event.ts'
export { MarkRead, NotificationPage, NotificationQuery } from './schema.ts'
