import { AwsError } from '../contract.ts'
import { checkSignedText } from './signature.ts'

/** A browser's upload: the fields before the file, and the file. */
export interface PostForm {
  /** By name in small letters. */
  readonly fields: ReadonlyMap<string, string>
  readonly fileName: string
  readonly file: Buffer
}

/** @throws AwsError `MalformedPOSTRequest`, `InvalidArgument` (no file, no key) */
export function readPostForm(contentType: string, body: Buffer): PostForm {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/.exec(contentType)
  if (boundary === null) throw malformed()
  const delimiter = Buffer.from(`--${boundary[1] ?? boundary[2]}`)
  const fields = new Map<string, string>()
  let at = body.indexOf(delimiter)
  for (;;) {
    const endOfHeaders = body.indexOf('\r\n\r\n', at)
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), endOfHeaders)
    if (at < 0 || endOfHeaders < 0 || next < 0) throw fields.size > 0 ? new AwsError('InvalidArgument', 'POST requires exactly one file upload per request.') : malformed()
    const headers = body.toString('utf8', at + delimiter.length, endOfHeaders)
    const name = /[;\s]name="([^"]*)"/i.exec(headers)?.[1]?.toLowerCase()
    const content = body.subarray(endOfHeaders + 4, next)
    // Whatever follows the file is ignored.
    if (name === 'file') return { fields, fileName: /[;\s]filename="([^"]*)"/i.exec(headers)?.[1] ?? '', file: content }
    if (name !== undefined) fields.set(name, content.toString())
    at = next + 2
  }
}

/** The key that the form asks for, with the name of the file put in. */
export function keyOfForm(form: PostForm): string {
  const key = form.fields.get('key')
  if (key === undefined || key === '') throw new AwsError('InvalidArgument', "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.")
  return key.replaceAll('${filename}', form.fileName)
}

/** Fields that no condition has to name. */
const free = new Set(['x-amz-signature', 'policy', 'file', 'awsaccesskeyid'])

/**
 * Checks a form against the policy that was signed for it.
 *
 * @returns the access key that signed it
 * @throws AwsError 403 for a signature, a condition or an expiry, 400 for a file too large or too small
 */
export function checkPolicy(form: PostForm, bucket: string, secretOf: (accessKeyId: string) => string | undefined, now: Date): string {
  const field = (name: string): string => {
    const value = form.fields.get(name)
    if (value === undefined) throw new AwsError('AccessDenied', 'Access Denied', 403)
    return value
  }
  const policyText = field('policy')
  const accessKeyId = checkSignedText(policyText, field('x-amz-signature'), field('x-amz-credential'), secretOf)
  const { expiration, conditions } = readPolicy(policyText)
  if (now.getTime() > expiration) throw violated('Policy expired.')

  const terms = conditions.map(termsOf)
  const covered = new Set<string>()
  for (const [operator, name, value, most] of terms.filter(([operator]) => operator !== 'content-length-range')) {
    const fieldName = name.replace(/^\$/, '').toLowerCase()
    const actual = fieldName === 'bucket' ? bucket : fieldName === 'key' ? keyOfForm(form) : (form.fields.get(fieldName) ?? '')
    const isMet = most === undefined && (operator === 'eq' ? actual === value : operator === 'starts-with' && actual.startsWith(value))
    if (!isMet) throw violated(`Policy Condition failed: ${JSON.stringify([operator, `$${fieldName}`, value])}`)
    covered.add(fieldName)
  }
  const extra = [...form.fields.keys()].filter((name) => !free.has(name) && !name.startsWith('x-ignore-') && !covered.has(name))
  if (extra.length > 0) throw violated(`Extra input fields: ${extra.join(', ')}`)
  // The file comes last in a form, hence its size too.
  for (const [operator, least, most] of terms) {
    if (operator === 'content-length-range') checkSize(form.file.length, Number(least), Number(most))
  }
  return accessKeyId
}

function readPolicy(text: string): { expiration: number; conditions: readonly unknown[] } {
  let policy: { expiration?: unknown; conditions?: unknown }
  try {
    policy = JSON.parse(Buffer.from(text, 'base64').toString()) as typeof policy
  } catch {
    throw new AwsError('InvalidPolicyDocument', 'Invalid Policy: Invalid JSON.')
  }
  const expiration = Date.parse(String(policy.expiration))
  if (Number.isNaN(expiration) || !Array.isArray(policy.conditions)) throw new AwsError('InvalidPolicyDocument', 'Invalid Policy: expiration or conditions missing.')
  return { expiration, conditions: policy.conditions }
}

/** `{"key": "x"}` is short for `["eq", "$key", "x"]`. */
function termsOf(condition: unknown): readonly [string, string, string, string?] {
  const terms: readonly unknown[] = Array.isArray(condition) ? condition : ['eq', ...(Object.entries(condition as object)[0] ?? [])]
  const [operator, name, value, ...more] = terms.map(String)
  if (operator === undefined || name === undefined || value === undefined) throw new AwsError('InvalidPolicyDocument', 'Invalid Policy: Invalid Condition.')
  const [fourth] = more
  return fourth === undefined ? [operator.toLowerCase(), name, value] : [operator.toLowerCase(), name, value, fourth]
}

function checkSize(bytes: number, least: number, most: number): void {
  if (bytes > most) throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size')
  if (bytes < least) throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size')
}

function violated(why: string): AwsError {
  return new AwsError('AccessDenied', `Invalid according to Policy: ${why}`, 403)
}

function malformed(): AwsError {
  return new AwsError('MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.')
}
