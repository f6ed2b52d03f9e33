import type { Bus } from '../platform/bus.ts'
import type { RowChange } from '../platform/stream.ts'
import { eventsOfChange } from './rules.ts'

/** Announces a change on the company's bus: at least once, in no promised order (API-6). */
export async function publishChange(bus: Bus, change: RowChange): Promise<void> {
  await bus.publish(eventsOfChange(change))
}
