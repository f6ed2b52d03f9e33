import { createHash } from 'node:crypto'
import type { StreamRecord } from '../contract.ts'
import type { Change } from './change-log.ts'
import type { StreamView } from './tables.ts'
import { sizeOfItem } from './values.ts'

/** Sequence numbers are digits of one length, as on AWS, so that they sort as text too. */
const firstSequenceNumber = 100_000_000_000_000_000_000n

export function sequenceNumberOf(id: number): string {
  return String(firstSequenceNumber + BigInt(id))
}

/** The id of a change; 0, the beginning, for a position of another endpoint's stream. */
export function idOf(sequenceNumber: string): number {
  if (!/^\d+$/.test(sequenceNumber)) return 0
  return Number(BigInt(sequenceNumber) - firstSequenceNumber)
}

/** The record that a function gets for a change, with the images that the stream's view shows. */
export function streamRecordOf(change: Change, streamArn: string, view: StreamView, region: string): StreamRecord {
  const showsNew = view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES'
  const showsOld = view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES'
  const images = {
    ...(showsNew && change.after !== undefined && { NewImage: change.after }),
    ...(showsOld && change.before !== undefined && { OldImage: change.before }),
  }
  const sequenceNumber = sequenceNumberOf(change.id)
  return {
    eventID: createHash('md5').update(`${streamArn} ${sequenceNumber}`).digest('hex'),
    eventName: change.event,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: change.atSeconds,
      Keys: change.key,
      ...images,
      SequenceNumber: sequenceNumber,
      SizeBytes: [change.key, ...Object.values(images)].reduce((bytes, item) => bytes + sizeOfItem(item), 0),
      StreamViewType: view,
    },
    ...(change.isExpiry && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
    eventSourceARN: streamArn,
  }
}
