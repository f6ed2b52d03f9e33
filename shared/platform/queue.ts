/** A queue that hands its messages out one after the other, as far as they belong to one line. Domains speak to this interface; `sqs.ts` is the only place that knows SQS. */
export interface OrderedQueue {
  /** Puts a message at the end of a line. Sending the same again puts it there once more: whoever works on it can take that. */
  send(line: string, message: Readonly<Record<string, unknown>>): Promise<void>
}
