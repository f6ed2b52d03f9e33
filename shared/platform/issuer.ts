import { fromEnvironment } from './environment.ts'

/** What the issuer says of the person behind a token. */
export interface Userinfo {
  readonly subject: string
  readonly email: string | undefined
  readonly emailVerified: boolean
}

/** The issuer knows the token, or refuses to, and says nothing of its bearer: one without the scope `openid`, most often. */
export class UserinfoRefused extends Error {
  constructor(status: number) {
    super(`The issuer's userinfo answered ${status}.`)
    this.name = 'UserinfoRefused'
  }
}

const REFUSALS: readonly number[] = [400, 401, 403]
const PATIENCE_MILLISECONDS = 5000
let userinfoAddress: Promise<string> | undefined

/** Asks the issuer's userinfo endpoint (OpenID Connect Core 5.3): access tokens need not carry the address. Throws `UserinfoRefused` for a token that may not ask; whatever else is thrown may pass. */
export async function fetchUserinfo(token: string): Promise<Userinfo> {
  userinfoAddress ??= discover('userinfo_endpoint').catch((error: unknown) => {
    userinfoAddress = undefined
    throw error
  })
  const answer = await ask(await userinfoAddress, { authorization: `Bearer ${token}` })
  if (REFUSALS.includes(answer.status)) throw new UserinfoRefused(answer.status)
  const claims = await jsonOf(answer)
  return {
    subject: String(claims['sub']),
    email: typeof claims['email'] === 'string' ? claims['email'] : undefined,
    // Cognito says it as a text.
    emailVerified: claims['email_verified'] === true || claims['email_verified'] === 'true',
  }
}

/** One address out of the issuer's discovery document. */
export async function discover(name: 'userinfo_endpoint' | 'jwks_uri'): Promise<string> {
  const document = await jsonOf(await ask(`${fromEnvironment('OIDC_ISSUER').replace(/\/$/, '')}/.well-known/openid-configuration`, {}))
  const address = document[name]
  if (typeof address !== 'string') throw new Error(`The issuer names no ${name}.`)
  return address
}

function ask(address: string, headers: Record<string, string>): Promise<Response> {
  return fetch(address, { headers, signal: AbortSignal.timeout(PATIENCE_MILLISECONDS), redirect: 'error' })
}

async function jsonOf(answer: Response): Promise<Record<string, unknown>> {
  if (!answer.ok) throw new Error(`The issuer answered ${answer.status}.`)
  return (await answer.json()) as Record<string, unknown>
}
