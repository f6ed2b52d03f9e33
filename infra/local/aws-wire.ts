import { randomUUID } from 'node:crypto'
import type { AwsAnswer, AwsError } from './contract.ts'

/** How an AWS service words its errors on the wire. */
type Protocol = 'json-1.0' | 'json-1.1' | 'query' | 'rest-xml' | 'rest-json'

const protocols: Readonly<Record<string, Protocol>> = {
  dynamodb: 'json-1.0',
  sqs: 'json-1.0',
  events: 'json-1.1',
  lambda: 'rest-json',
  sns: 'query',
  ses: 'query',
  s3: 'rest-xml',
  scheduler: 'rest-json',
  'execute-api': 'rest-json',
}

/** The shape names by which the JSON protocols prefix an error's type; a client reads what follows the `#`. */
const namespaces: Readonly<Record<string, string>> = {
  dynamodb: 'com.amazonaws.dynamodb.v20120810',
  sqs: 'com.amazonaws.sqs',
  events: 'com.amazon.events',
}

/**
 * An error in the protocol of the called service, as its SDK client expects it. `details` are further members of the body
 * (DynamoDB's `CancellationReasons` and `Item`). An unknown service answers as REST JSON.
 */
export function errorAnswer(service: string, problem: AwsError, details: Readonly<Record<string, unknown>> = {}): AwsAnswer {
  const requestId = randomUUID()
  const fault = problem.status >= 500 ? 'Receiver' : 'Sender'
  switch (protocols[service] ?? 'rest-json') {
    case 'json-1.0':
    case 'json-1.1': {
      const namespace = namespaces[service]
      const type = namespace === undefined ? problem.code : `${namespace}#${problem.code}`
      // The engine and older SDKs read `message`, newer ones `Message`; DynamoDB itself sends `message` for the service's own errors.
      return json(problem.status, { __type: type, message: problem.message, ...details }, jsonType(service), requestId)
    }
    case 'query':
      return xml(
        problem.status,
        `<ErrorResponse><Error><Type>${fault}</Type><Code>${escapeXml(problem.code)}</Code><Message>${escapeXml(problem.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
        requestId,
      )
    case 'rest-xml':
      return xml(
        problem.status,
        `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(problem.code)}</Code><Message>${escapeXml(problem.message)}</Message><RequestId>${requestId}</RequestId></Error>`,
        requestId,
      )
    case 'rest-json': {
      const answer = json(problem.status, { message: problem.message, ...details }, 'application/json', requestId)
      return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': problem.code } }
    }
  }
}

/** A good answer of a JSON protocol service. */
export function jsonAnswer(service: string, body: unknown): AwsAnswer {
  return json(200, body, jsonType(service), randomUUID())
}

/** A good answer of a query protocol service: `<ActionResponse><ActionResult>…</ActionResult>…`; `result` is XML already. */
export function queryAnswer(action: string, result: string, namespace: string): AwsAnswer {
  const requestId = randomUUID()
  return xml(
    200,
    `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`,
    requestId,
  )
}

/** Text as it may stand in an XML element or attribute; characters that XML 1.0 cannot hold are dropped. */
export function escapeXml(text: string): string {
  return text
    // oxlint-disable-next-line no-control-regex -- these are the very characters that XML forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;')
}

function jsonType(service: string): string {
  return (protocols[service] ?? 'rest-json') === 'json-1.1' ? 'application/x-amz-json-1.1' : 'application/x-amz-json-1.0'
}

function json(status: number, body: unknown, contentType: string, requestId: string): AwsAnswer {
  return { status, headers: { 'content-type': contentType, 'x-amzn-requestid': requestId }, body: JSON.stringify(body) }
}

function xml(status: number, body: string, requestId: string): AwsAnswer {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId }, body }
}
