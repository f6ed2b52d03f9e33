import type { Bus } from '../platform/bus.ts'
import type { RowChange } from '../platform/stream.ts'
import { eventsOfChange } from './rules.ts'

/** Announces changes on the company's bus: at least once, in no promised order (API-6). */
export async function publishChanges(bus: Bus, changes: readonly RowChange[]): Promise<void> {
  await bus.publish(changes.flatMap(eventsOfChange))
}
