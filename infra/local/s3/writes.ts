import type { AwsCall } from '../contract.ts'
import type { NewObject } from './objects.ts'

const kept = ['content-type', 'content-language', 'expires', 'cache-control', 'content-disposition', 'content-encoding']
const metadataPrefix = 'x-amz-meta-'

/**
 * What an upload says of its object, in headers; in a presigned address also in the query. (`aws-chunked` names how the bytes
 * travelled, not what they are.)
 */
export function describedBy(call: Pick<AwsCall, 'headers' | 'query'>): Pick<NewObject, 'headers' | 'metadata'> {
  const query = Object.fromEntries([...call.query].map(([name, value]) => [name.toLowerCase(), value]))
  return described({ ...query, ...call.headers })
}

/** The same of a browser's form, whose fields have the names of the headers. */
export function describedByForm(fields: ReadonlyMap<string, string>): Pick<NewObject, 'headers' | 'metadata'> {
  return described(Object.fromEntries(fields))
}

function described(all: Readonly<Record<string, string>>): Pick<NewObject, 'headers' | 'metadata'> {
  const headers: Record<string, string> = {}
  for (const name of kept) {
    const value = name === 'content-encoding' ? withoutChunked(all[name]) : all[name]
    if (value !== undefined && value !== '') headers[name] = value
  }
  const metadata = Object.entries(all).filter(([name]) => name.startsWith(metadataPrefix))
  return { headers, metadata: Object.fromEntries(metadata.map(([name, value]) => [name.slice(metadataPrefix.length), value])) }
}

function withoutChunked(encodings: string | undefined): string | undefined {
  return encodings?.split(',').map((encoding) => encoding.trim()).filter((encoding) => encoding !== 'aws-chunked').join(', ')
}
