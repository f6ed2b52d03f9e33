import { fromEnvironment } from './environment.ts'

/** What the issuer says of the person behind a token. */
export interface Userinfo {
  readonly subject: string
  readonly email: string | undefined
  readonly emailVerified: boolean
}

const PATIENCE_MILLISECONDS = 5000
let userinfoAddress: Promise<string> | undefined

/** Asks the issuer's userinfo endpoint (OpenID Connect Core 5.3): access tokens need not carry the address. */
export async function fetchUserinfo(token: string): Promise<Userinfo> {
  userinfoAddress ??= discover('userinfo_endpoint').catch((error: unknown) => {
    userinfoAddress = undefined
    throw error
  })
  const claims = await getJson(await userinfoAddress, { authorization: `Bearer ${token}` })
  return {
    subject: String(claims['sub']),
    email: typeof claims['email'] === 'string' ? claims['email'] : undefined,
    // Cognito says it as a text.
    emailVerified: claims['email_verified'] === true || claims['email_verified'] === 'true',
  }
}

/** One address out of the issuer's discovery document. */
export async function discover(name: 'userinfo_endpoint' | 'jwks_uri'): Promise<string> {
  const document = await getJson(`${fromEnvironment('OIDC_ISSUER').replace(/\/$/, '')}/.well-known/openid-configuration`, {})
  const address = document[name]
  if (typeof address !== 'string') throw new Error(`The issuer names no ${name}.`)
  return address
}

async function getJson(address: string, headers: Record<string, string>): Promise<Record<string, unknown>> {
  const answer = await fetch(address, { headers, signal: AbortSignal.timeout(PATIENCE_MILLISECONDS), redirect: 'error' })
  if (!answer.ok) throw new Error(`The issuer answered ${answer.status}.`)
  return (await answer.json()) as Record<string, unknown>
}
