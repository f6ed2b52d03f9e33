import { escapeXml } from '../aws-wire.ts'
import { AwsError } from '../contract.ts'
import { afterAll } from './objects.ts'
import type { ObjectHead, Objects } from './objects.ts'

const mostKeys = 1_000

/** The XML of a page of ListObjectsV2. */
export function listPage(objects: Objects, bucket: string, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const token = query.get('continuation-token')
  const most = limitOf(query.get('max-keys'))
  const { heads, prefixes, next } = collect(objects, bucket, { prefix, delimiter, after: token === null ? (query.get('start-after') ?? '') : keyOf(token), most })
  const shown = query.get('encoding-type') === 'url' ? (text: string) => escapeXml(encodeURIComponent(text).replaceAll('%2F', '/')) : escapeXml
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${[
    `<Name>${escapeXml(bucket)}</Name><Prefix>${shown(prefix)}</Prefix><KeyCount>${heads.length + prefixes.length}</KeyCount><MaxKeys>${most}</MaxKeys>`,
    delimiter === '' ? '' : `<Delimiter>${shown(delimiter)}</Delimiter>`,
    `<IsTruncated>${next !== undefined}</IsTruncated>`,
    token === null ? '' : `<ContinuationToken>${escapeXml(token)}</ContinuationToken>`,
    next === undefined ? '' : `<NextContinuationToken>${tokenOf(next)}</NextContinuationToken>`,
    ...heads.map((head) => `<Contents><Key>${shown(head.key)}</Key><LastModified>${head.modified.toISOString()}</LastModified><ETag>&quot;${head.etag}&quot;</ETag><Size>${head.sizeBytes}</Size><StorageClass>STANDARD</StorageClass></Contents>`),
    ...prefixes.map((common) => `<CommonPrefixes><Prefix>${shown(common)}</Prefix></CommonPrefixes>`),
  ].join('')}</ListBucketResult>`
}

interface Page {
  readonly heads: readonly ObjectHead[]
  readonly prefixes: readonly string[]
  /** Where the next page begins (exclusive); undefined: there is none. */
  readonly next: string | undefined
}

function collect(objects: Objects, bucket: string, { prefix, delimiter, after, most }: { prefix: string; delimiter: string; after: string; most: number }): Page {
  const heads: ObjectHead[] = []
  const prefixes: string[] = []
  let last = after
  if (most === 0) return { heads, prefixes, next: undefined }
  for (;;) {
    const found = objects.list(bucket, prefix, last, most + 1)
    if (found.length === 0) return { heads, prefixes, next: undefined }
    for (const head of found) {
      if (heads.length + prefixes.length >= most) return { heads, prefixes, next: last }
      const end = delimiter === '' ? -1 : head.key.indexOf(delimiter, prefix.length)
      if (end < 0) {
        heads.push(head)
        last = head.key
        continue
      }
      const common = head.key.slice(0, end + delimiter.length)
      prefixes.push(common)
      last = common + afterAll
      break // the rest of this prefix is skipped by the next question
    }
  }
}

function limitOf(text: string | null): number {
  if (text === null) return mostKeys
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 0) throw new AwsError('InvalidArgument', 'Argument max-keys must be an integer between 0 and 2147483647')
  return Math.min(limit, mostKeys)
}

function tokenOf(key: string): string {
  return Buffer.from(key).toString('base64')
}

function keyOf(token: string): string {
  return Buffer.from(token, 'base64').toString()
}
