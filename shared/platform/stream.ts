import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'

/** A change of one row, as the table's stream tells it. */
export interface RowChange {
  /** The same for every delivery of the same change. */
  readonly eventId: string
  readonly before: Readonly<Record<string, unknown>> | undefined
  readonly after: Readonly<Record<string, unknown>> | undefined
}

/** Reads the images of a stream record. */
export function rowChangeOf(record: { eventID?: string; dynamodb?: { OldImage?: object; NewImage?: object } }): RowChange {
  return { eventId: record.eventID ?? '', before: imageOf(record.dynamodb?.OldImage), after: imageOf(record.dynamodb?.NewImage) }
}

function imageOf(image: object | undefined): Record<string, unknown> | undefined {
  return image && unmarshall(image as Record<string, AttributeValue>)
}
