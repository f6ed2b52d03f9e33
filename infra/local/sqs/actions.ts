import type { AwsCall } from '../contract.ts'
import { AwsError } from '../contract.ts'
import { entriesOf, eachEntry } from './batch.ts'
import { md5OfAttributes } from './md5.ts'
import { invalid, missing, sizeOf } from './message-rules.ts'
import { largestMessageBytes } from './queues.ts'
import type { Queue } from './queues.ts'
import type { Queues } from './queues-at-work.ts'
import { attributesOf, draftOf, optionalNumber, text, textList } from './request.ts'
import type { Members } from './request.ts'
import { wantedMessage } from './wanted-message.ts'

/** One operation of the API on one queue. */
export interface Action {
  /** What the caller's role must allow on the queue; a batch needs the right of its single operation. */
  readonly grant: string
  run(queues: Queues, queue: Queue, members: Members, call: AwsCall): Members | Promise<Members>
}

const longestVisibilitySeconds = 43_200
const longestWaitSeconds = 20

/** The operations that name a queue by its URL. */
export const actions: Readonly<Record<string, Action>> = {
  SendMessage: {
    grant: 'sqs:SendMessage',
    run: (queues, queue, members, call) => send(queues, queue, members, call),
  },
  SendMessageBatch: {
    grant: 'sqs:SendMessage',
    run(queues, queue, members, call) {
      const entries = entriesOf(members)
      const bytes = entries.reduce((sum, entry) => sum + sizeOf(draftOf(entry)), 0)
      if (bytes > largestMessageBytes) throw new AwsError('BatchRequestTooLong', `Batch requests cannot be longer than ${largestMessageBytes} bytes. You have sent ${bytes} bytes.`)
      return { ...queues.together(() => eachEntry(entries, (entry) => send(queues, queue, entry, call))) }
    },
  },
  ReceiveMessage: {
    grant: 'sqs:ReceiveMessage',
    async run(queues, queue, members, call) {
      const most = optionalNumber(members, 'MaxNumberOfMessages', 1, 10) ?? 1
      const visibilitySeconds = optionalNumber(members, 'VisibilityTimeout', 0, longestVisibilitySeconds)
      const waitSeconds = optionalNumber(members, 'WaitTimeSeconds', 0, longestWaitSeconds) ?? queue.waitSeconds
      const attributeNames = textList(members, 'MessageAttributeNames')
      const systemNames = [...textList(members, 'MessageSystemAttributeNames'), ...textList(members, 'AttributeNames')]
      const messages = await untilHangUp(call, (signal) => queues.receiveLong(queue, most, visibilitySeconds, waitSeconds, signal))
      return messages.length === 0 ? {} : { Messages: messages.map((message) => wantedMessage(message, attributeNames, systemNames)) }
    },
  },
  DeleteMessage: {
    grant: 'sqs:DeleteMessage',
    run: (queues, queue, members) => remove(queues, queue, members),
  },
  DeleteMessageBatch: {
    grant: 'sqs:DeleteMessage',
    run: (queues, queue, members) => ({ ...queues.together(() => eachEntry(entriesOf(members), (entry) => remove(queues, queue, entry))) }),
  },
  ChangeMessageVisibility: {
    grant: 'sqs:ChangeMessageVisibility',
    run: (queues, queue, members) => changeVisibility(queues, queue, members),
  },
  ChangeMessageVisibilityBatch: {
    grant: 'sqs:ChangeMessageVisibility',
    run: (queues, queue, members) => ({ ...queues.together(() => eachEntry(entriesOf(members), (entry) => changeVisibility(queues, queue, entry))) }),
  },
  GetQueueAttributes: {
    grant: 'sqs:GetQueueAttributes',
    run: (queues, queue, members) => queues.attributes(queue, textList(members, 'AttributeNames')),
  },
  PurgeQueue: {
    grant: 'sqs:PurgeQueue',
    run(queues, queue) {
      queues.purge(queue)
      return {}
    },
  },
}

function send(queues: Queues, queue: Queue, members: Members, call: AwsCall): Members {
  const draft = draftOf(members)
  const trace = attributesOf(members, 'MessageSystemAttributes')
  const unknown = Object.keys(trace).find((name) => name !== 'AWSTraceHeader')
  if (unknown !== undefined) throw invalid(`Message system attribute name '${unknown}' is invalid.`)
  const traceHeader = trace['AWSTraceHeader']?.stringValue
  const sent = queues.send(queue, draft, { SenderId: senderOf(call), ...(traceHeader === undefined ? {} : { AWSTraceHeader: traceHeader }) })
  return {
    MessageId: sent.messageId,
    MD5OfMessageBody: sent.md5OfBody,
    MD5OfMessageAttributes: md5OfAttributes(draft.attributes ?? {}),
    MD5OfMessageSystemAttributes: md5OfAttributes(trace),
    SequenceNumber: sent.sequenceNumber,
  }
}

function remove(queues: Queues, queue: Queue, members: Members): Members {
  queues.remove(queue, text(members, 'ReceiptHandle'))
  return {}
}

function changeVisibility(queues: Queues, queue: Queue, members: Members): Members {
  const seconds = optionalNumber(members, 'VisibilityTimeout', 0, longestVisibilitySeconds)
  if (seconds === undefined) throw missing('VisibilityTimeout')
  queues.hide(queue, text(members, 'ReceiptHandle'), seconds)
  return {}
}

function senderOf({ caller }: AwsCall): string {
  return caller.kind === 'function' ? `AROA${caller.roleLogicalId.toUpperCase()}:${caller.functionName}` : 'AIDALOCALHOST'
}

/** Gives `work` a signal that aborts when the caller is gone: a message taken for nobody would stay hidden for its whole timeout. */
async function untilHangUp<T>(call: AwsCall, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const gone = new AbortController()
  const abort = (): void => gone.abort()
  const { socket } = call.raw
  if (socket.destroyed) abort()
  socket.once('close', abort)
  try {
    return await work(gone.signal)
  } finally {
    socket.off('close', abort)
  }
}

/** The name of the queue that a request means: the last part of its URL. */
export function queueNameOf(members: Members): string {
  const url = text(members, 'QueueUrl')
  const path = URL.canParse(url) ? new URL(url).pathname : url
  const name = path.split('/').at(-1) ?? ''
  if (name === '') throw new AwsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`)
  return name
}
