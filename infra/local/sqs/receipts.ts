import { randomBytes } from 'node:crypto'
import { AwsError } from '../contract.ts'

/** What a receipt handle says: which message, and which of its receives. */
export interface Receipt {
  readonly seq: number
  readonly secret: string
}

export function newSecret(): string {
  return randomBytes(12).toString('hex')
}

/** The handle that a receiver gets; it holds on that queue only. */
export function handleOf(queueName: string, { seq, secret }: Receipt): string {
  return Buffer.from(`${secret}/${seq}/${queueName}`).toString('base64')
}

/** @throws AwsError `ReceiptHandleIsInvalid` if it is not a handle of this queue */
export function receiptOf(queueName: string, handle: string): Receipt {
  const [secret = '', seq = '', name] = Buffer.from(handle, 'base64').toString().split('/')
  if (name !== queueName || !/^\d+$/.test(seq)) throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle.slice(0, 100)}" is not a valid receipt handle.`)
  return { seq: Number(seq), secret }
}
