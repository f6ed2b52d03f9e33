import { createSigner, credentialsOfFunction, sha256 } from './signature.ts'

/** A request as clients of AWS's SDK hand it to their signer. */
interface Unsigned {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body?: unknown
}

/** Settings and unneeded steps of the SDK's clients. */
interface LeanSettings {
  readonly signer?: { sign<T extends Unsigned>(request: T, options?: { readonly signingDate?: Date | number | string }): Promise<T> }
  readonly endpoint?: string
}

/** Partitions whose addresses we know to be so; elsewhere the SDK finds out by itself. */
const SUFFIXES: readonly (readonly [RegExp, string])[] = [
  [/^(?:us|eu|ap|sa|ca|me|af|il|mx)-(?!iso)[a-z]+-\d$/, 'amazonaws.com'],
  [/^cn-[a-z]+-\d$/, 'amazonaws.com.cn'],
]

/**
 * What a client of the SDK is made with, so that a call takes less than half of the processor: by itself it makes a new signer with a copy of all its settings, and looks for
 * its address anew, for each call. For services that take JSON at one path; in a Lambda function, which finds its credentials in its environment (elsewhere nothing is changed).
 */
export function leanSettings(service: 'dynamodb' | 'events'): LeanSettings {
  const credentials = credentialsOfFunction()
  if (!credentials.accessKeyId || !credentials.secretAccessKey) return {}
  const { AWS_REGION: region = '' } = process.env
  const sign = createSigner(credentials, { region, service })
  const suffix = SUFFIXES.find(([pattern]) => pattern.test(region))?.[1]
  const asked = process.env[service === 'dynamodb' ? 'AWS_ENDPOINT_URL_DYNAMODB' : 'AWS_ENDPOINT_URL_EVENTBRIDGE'] ?? process.env['AWS_ENDPOINT_URL']
  const endpoint = asked ?? (suffix === undefined ? undefined : `https://${service}.${region}.${suffix}`)
  return {
    signer: {
      async sign(request, { signingDate } = {}) {
        const { method, path, headers, body } = request
        const covered: Record<string, string> = {}
        for (const name in headers) if (mustBeSigned(name)) covered[name] = headers[name] ?? ''
        const bodyHash = sha256(typeof body === 'string' || body instanceof Uint8Array ? body : '')
        Object.assign(headers, sign({ method, host: headers['host'] ?? '', path, bodyHash, headers: covered }, signingDate === undefined ? new Date() : new Date(signingDate)))
        return request
      },
    },
    ...(endpoint === undefined ? {} : { endpoint }),
  }
}

/** Leaves out what only tells AWS which SDK calls, and what logs to nobody. */
export function withoutTelemetry<T extends { readonly middlewareStack: { remove(name: string): boolean } }>(client: T): T {
  for (const step of ['getUserAgentMiddleware', 'loggerMiddleware']) client.middlewareStack.remove(step)
  return client
}

/** AWS demands it of its own headers; those that the signer adds are there from an earlier try. */
function mustBeSigned(name: string): boolean {
  return name === 'content-type' || (name.startsWith('x-amz-') && name !== 'x-amz-date' && name !== 'x-amz-security-token')
}
