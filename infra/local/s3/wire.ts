import { AwsError } from '../contract.ts'
import type { AwsAnswer, AwsCall, Resource } from '../contract.ts'

/** Reads `/<bucket>/<key>`; the SDK uses such addresses by itself where the endpoint is an IP address. @throws AwsError `InvalidURI` */
export function addressOf(path: string): { bucketName: string; key: string } {
  const end = path.indexOf('/', 1)
  const [bucketPart, keyPart] = end < 0 ? [path.slice(1), ''] : [path.slice(1, end), path.slice(end + 1)]
  try {
    return { bucketName: decodeURIComponent(bucketPart), key: decodeURIComponent(keyPart) }
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.")
  }
}

export function objectArn(bucket: Resource, key: string): string {
  return `${bucket.arn}/${key}`
}

export function noSuchKey(): AwsError {
  return new AwsError('NoSuchKey', 'The specified key does not exist.', 404)
}

/** For what S3 can and the local host cannot. */
export function notOffered(call: AwsCall): AwsError {
  return new AwsError('NotImplemented', `The local host does not offer ${call.method} ${call.path} with ${[...call.query.keys()].join(', ') || 'no parameters'}`, 501)
}

/** A good answer with an XML body. */
export function xml(body: string): AwsAnswer {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body }
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Text as it stood in an XML element. */
export function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex?: string, decimal?: string, name?: string) =>
    name === undefined ? String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)) : (entities[name] ?? whole),
  )
}
