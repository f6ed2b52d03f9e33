import { createHmac, hash } from 'node:crypto'

/** What signs a call to AWS. A Lambda function finds it in its environment. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** As whom a Lambda function calls AWS; empty where the environment does not say. */
export function credentialsOfFunction(): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '', AWS_SESSION_TOKEN: sessionToken } = process.env
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

export interface ToSign {
  readonly method: string
  readonly host: string
  /** As it is sent, each part percent-encoded. */
  readonly path: string
  /** What follows the question mark, sorted by name and percent-encoded, each name with its `=`. */
  readonly query?: string
  /** SHA-256 of the body in hexadecimal. */
  readonly bodyHash: string
  /** Further headers to be covered, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What all signatures of one second have in common. */
interface Second {
  readonly at: number
  readonly time: string
  readonly scope: string
  readonly sign: (text: string) => string
}

/**
 * Signs calls to one service with AWS's Signature Version 4. For calls that are made by the thousand: the SDK's own way takes
 * twenty times as long, because it prepares each call from a model of the whole service.
 */
export function createSigner(credentials: Credentials, { region, service }: { region: string; service: string }): (call: ToSign, at: Date) => Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const always = sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }
  let ofDay: { readonly day: string; readonly sign: Second['sign'] } | undefined
  let second: Second | undefined

  const signOn = (day: string): Second['sign'] => {
    if (ofDay?.day !== day) ofDay = { day, sign: createKeyedHash([day, region, service, 'aws4_request'].reduce<Buffer>((key, part) => createHmac('sha256', key).update(part).digest(), Buffer.from(`AWS4${secretAccessKey}`))) }
    return ofDay.sign
  }
  const secondOf = (at: Date): Second => {
    const seconds = Math.floor(at.getTime() / 1000)
    if (second?.at === seconds) return second
    const time = at.toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
    const day = time.slice(0, 8)
    return (second = { at: seconds, time, scope: `${day}/${region}/${service}/aws4_request`, sign: signOn(day) })
  }

  return ({ method, host, path, query = '', bodyHash, headers }, at) => {
    const { time, scope, sign } = secondOf(at)
    const own = { host, 'x-amz-date': time, ...always }
    const signed: Record<string, string> = headers === undefined ? own : Object.fromEntries(Object.entries({ ...headers, ...own }).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const names = Object.keys(signed)
    let lines = ''
    for (const name of names) lines += `${name}:${signed[name]}\n`
    const covered = names.join(';')
    // Every part of the path is encoded once more for the signature, but by S3.
    const canonicalPath = service === 's3' ? path : path.split('/').map(encodeURIComponent).join('/')
    const canonical = `${method}\n${canonicalPath}\n${query}\n${lines}\n${covered}\n${bodyHash}`
    const signature = sign(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`)
    return { ...signed, authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${covered}, Signature=${signature}` }
  }
}

/** In hexadecimal, as signatures want it. */
export function sha256(text: string | Uint8Array): string {
  return hash('sha256', text, 'hex')
}

const BLOCK_BYTES = 64

/**
 * HMAC-SHA256 (RFC 2104) with a key of 64 bytes at most, in hexadecimal, for texts of ASCII. `createHmac` makes a key object for
 * each text, which takes longer than the hashing.
 */
function createKeyedHash(key: Uint8Array): (text: string) => string {
  const padded = (byte: number): Buffer => {
    const block = Buffer.alloc(BLOCK_BYTES, byte)
    key.forEach((value, place) => (block[place] = value ^ byte))
    return block
  }
  const inner = padded(0x36)
  const outer = Buffer.concat([padded(0x5c), Buffer.alloc(32)])
  return (text) => {
    hash('sha256', Buffer.concat([inner, Buffer.from(text, 'latin1')]), 'buffer').copy(outer, BLOCK_BYTES)
    return hash('sha256', outer, 'hex')
  }
}
