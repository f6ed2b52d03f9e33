import type { QueueMessage } from '../contract.ts'
import { md5OfAttributes } from './md5.ts'
import type { Members } from './request.ts'

/**
 * A message as ReceiveMessage answers it: with those attributes only that were asked for.
 *
 * @param attributeNames names, `All`, `.*`, or prefixes such as `crm.*`
 * @param systemNames names or `All`
 */
export function wantedMessage(message: QueueMessage, attributeNames: readonly string[], systemNames: readonly string[]): Members {
  const isWanted = (name: string): boolean =>
    attributeNames.some((wanted) => wanted === 'All' || wanted === name || (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2))))
  const attributes = Object.fromEntries(Object.entries(message.messageAttributes).filter(([name]) => isWanted(name)))
  const system = Object.entries(message.attributes).filter(([name]) => systemNames.includes('All') || systemNames.includes(name))
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
    ...(Object.keys(attributes).length === 0
      ? {}
      : { MD5OfMessageAttributes: md5OfAttributes(attributes), MessageAttributes: onTheWire(attributes) }),
  }
}

function onTheWire(attributes: QueueMessage['messageAttributes']): Members {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => [name, { DataType: dataType, StringValue: stringValue, BinaryValue: binaryValue }]),
  )
}
