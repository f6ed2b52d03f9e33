import { createHash, randomUUID } from 'node:crypto'
import { SignJWT, errors, jwtVerify } from 'jose'
import type { Host } from '../contract.ts'
import { algorithm } from './signing-key.ts'
import type { SigningKey } from './signing-key.ts'

export interface SignIn {
  readonly email: string
  readonly emailVerified: boolean
  /** Negative for a token that has ended already. */
  readonly expiresInSeconds: number
}

export interface Person {
  readonly sub: string
  readonly email: string
  readonly emailVerified: boolean
}

export interface Tokens {
  issue(signIn: SignIn): Promise<string>
  /** Whom an access token of this issuer stands for; undefined if it is not one, or has ended. */
  personOf(token: string): Promise<Person | undefined>
}

export interface TokenNames {
  readonly issuer: string
  readonly audience: string
}

/**
 * Access tokens like Cognito's: they carry no e-mail address. Which address a token was given for is kept in the host's store,
 * by the token's id, until the token ends.
 */
export function createTokens(host: Host, signingKey: () => Promise<SigningKey>, names: () => TokenNames): Tokens {
  const { store } = host
  store.run('create table if not exists oidc_token (jti text primary key, email text not null, email_verified integer not null, ends integer not null)')
  const seconds = (): number => Math.floor(host.now().getTime() / 1000)

  return {
    async issue({ email, emailVerified, expiresInSeconds }) {
      const { privateKey, kid } = await signingKey()
      const { issuer, audience } = names()
      const jti = randomUUID()
      const now = seconds()
      // A token that has ended was issued before it ended.
      const issuedAt = Math.min(now, now + expiresInSeconds)
      const claims = { client_id: audience, token_use: 'access', scope: 'openid email', auth_time: issuedAt }
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: algorithm, kid, typ: 'JWT' })
        .setIssuer(issuer).setSubject(subjectOf(email)).setAudience(audience).setJti(jti)
        .setIssuedAt(issuedAt).setExpirationTime(now + expiresInSeconds)
        .sign(privateKey)
      store.transaction(() => {
        store.run('delete from oidc_token where ends < ?', now)
        store.run('insert into oidc_token values (?, ?, ?, ?)', jti, email, Number(emailVerified), now + expiresInSeconds)
      })
      return token
    },

    async personOf(token) {
      const { publicJwk } = await signingKey()
      try {
        const { payload } = await jwtVerify(token, publicJwk, { algorithms: [algorithm], issuer: names().issuer, currentDate: host.now() })
        const [row] = store.all<{ email: string; email_verified: number }>('select email, email_verified from oidc_token where jti = ?', payload.jti ?? '')
        return row === undefined ? undefined : { sub: subjectOf(row.email), email: row.email, emailVerified: row.email_verified === 1 }
      } catch (problem) {
        if (problem instanceof errors.JOSEError) return undefined
        throw problem
      }
    },
  }
}

/** The same for an address at every start and on every port, however the address is capitalised: a UUID made of its hash. */
function subjectOf(email: string): string {
  const bytes = createHash('sha256').update(email.toLowerCase()).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
