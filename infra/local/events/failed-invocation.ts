import { randomUUID } from 'node:crypto'
import type { Host, InvocationOutcome, Resource } from '../contract.ts'
import { number, record, text } from '../properties.ts'

/** How long Lambda tries an asynchronous invocation. */
export interface Limits {
  readonly retries: number
  readonly ageMs: number
}

export interface FailedInvocation {
  readonly functionArn: string
  /** JSON. */
  readonly event: string
  readonly tries: number
}

type Failure = Extract<InvocationOutcome, { ok: false }>

/** By the function's EventInvokeConfig; else two retries within six hours, as on AWS. */
export function limitsOf(host: Host, functionArn: string): Limits {
  const properties = configOf(host, functionArn)?.properties ?? {}
  return { retries: number(properties['MaximumRetryAttempts']) ?? 2, ageMs: (number(properties['MaximumEventAgeInSeconds']) ?? 21_600) * 1_000 }
}

/** @throws Error that names a destination which the local host does not have */
export function checkDestinations(host: Host): void {
  for (const { logicalId, properties } of host.resources('AWS::Lambda::EventInvokeConfig')) {
    const { OnSuccess, OnFailure } = record(properties['DestinationConfig'])
    if (OnSuccess !== undefined) throw new Error(`${logicalId}: the local host has no OnSuccess destinations`)
    const destination = text(record(OnFailure)['Destination'])
    if (destination !== undefined && !/^arn:aws:(sqs|sns|s3):/.test(destination)) throw new Error(`${logicalId}: the local host has no failure destinations such as ${destination}`)
  }
}

/**
 * Puts aside an event that a function could not do: with the circumstances to the failure destination, as it is to the
 * function's dead-letter queue or topic, or to both. With neither it is lost, as on AWS, and the log says so.
 */
export async function giveUp(host: Host, failed: FailedInvocation, failure: Failure): Promise<void> {
  const { functionArn, event, tries } = failed
  const func = host.resourceByArn(functionArn)
  const destination = text(record(record(configOf(host, functionArn)?.properties['DestinationConfig'])['OnFailure'])['Destination'])
  const deadLetterArn = text(record(func?.properties['DeadLetterConfig'])['TargetArn'])
  const isLost = destination === undefined && deadLetterArn === undefined
  host.log(`${func?.name ?? functionArn} gave up an event after ${tries} tries: ${failure.errorType}${isLost ? ', and it is lost' : ''}`)
  if (destination !== undefined) await sendTo(host, destination, JSON.stringify(circumstances(host, failed, failure)))
  if (deadLetterArn === undefined) return
  if (deadLetterArn.includes(':sns:')) host.sns.publish(deadLetterArn, event)
  else host.sqs.send(deadLetterArn, { body: event, attributes: deadLetterAttributes(failure) })
}

async function sendTo(host: Host, destination: string, body: string): Promise<void> {
  switch (destination.split(':')[2]) {
    case 'sqs':
      host.sqs.send(destination, { body })
      return
    case 'sns':
      host.sns.publish(destination, body)
      return
    default: {
      const now = host.now().toISOString()
      const key = `aws/lambda/async/${now.slice(0, 10).replaceAll('-', '/')}/${now.slice(0, 19).replaceAll(':', '.')}-${randomUUID()}`
      await host.s3.put(destination.replace('arn:aws:s3:::', ''), key, Buffer.from(body), { contentType: 'application/json' })
    }
  }
}

function circumstances(host: Host, { functionArn, event, tries }: FailedInvocation, failure: Failure): Record<string, unknown> {
  return {
    version: '1.0',
    timestamp: host.now().toISOString(),
    requestContext: { requestId: randomUUID(), functionArn: `${functionArn}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: tries },
    requestPayload: JSON.parse(event) as unknown,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: failure.errorType, errorMessage: failure.errorMessage },
  }
}

function deadLetterAttributes(failure: Failure): Record<string, { dataType: string; stringValue: string }> {
  return {
    RequestID: { dataType: 'String', stringValue: randomUUID() },
    ErrorCode: { dataType: 'Number', stringValue: '200' },
    // Lambda keeps the first kilobyte; SQS takes no control characters, which colourful errors hold.
    ErrorMessage: { dataType: 'String', stringValue: (failure.errorMessage === '' ? failure.errorType : failure.errorMessage).slice(0, 1_024).replaceAll(/\p{C}/gu, ' ') },
  }
}

function configOf(host: Host, functionArn: string): Resource | undefined {
  const name = host.resourceByArn(functionArn)?.name
  return host.resources('AWS::Lambda::EventInvokeConfig').find(({ properties }) => properties['FunctionName'] === name || properties['FunctionName'] === functionArn)
}
