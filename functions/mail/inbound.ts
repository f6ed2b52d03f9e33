import { serveQueue } from '../../shared/edge/queue.ts'
import { receiveNotice } from '../../shared/mail/index.ts'
import { openIntake } from './intake.ts'

const intake = openIntake()

export const handler = serveQueue('mail/inbound', (message) => receiveNotice(intake, message), { atOnce: 5 })
