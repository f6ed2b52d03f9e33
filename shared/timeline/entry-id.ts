import { sortableTime } from '../kernel/ids.ts'

/** The id of an entry: its moment in sortable form, and what makes the event the only one of its kind. */
export function entryId(at: Date, event: string): string {
  return `${sortableTime(at)}-${event}`
}
