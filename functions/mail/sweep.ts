import { serveSchedule } from '../../shared/edge/schedule.ts'
import { sweepInbox } from '../../shared/mail/index.ts'
import { openIntake } from './intake.ts'

const intake = openIntake()
/** Enough for one more mail of any size. */
const LONGEST_TURN_MILLISECONDS = 60_000

export const handler = serveSchedule('mail/sweep', (left) => sweepInbox(intake, () => left() > LONGEST_TURN_MILLISECONDS))
