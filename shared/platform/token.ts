import type { JWTVerifyGetKey } from 'jose'
import { Problem } from '../kernel/problem.ts'
import { fromEnvironment } from './environment.ts'
import { discover } from './issuer.ts'

const ALGORITHMS = ['RS256', 'RS384', 'RS512']
let keys: Promise<JWTVerifyGetKey> | undefined

/**
 * Checks a bearer token as the gateway's authorizer does, for routes on which the gateway checks none: signature by the issuer's keys, issuer,
 * audience (`client_id` where there is no `aud`) and times. Gives the token's `sub`. Throws 401 `token.refused` for a token that is not good.
 */
export async function subjectOfToken(token: string): Promise<string> {
  return (await readToken(token)).subject
}

/** The same, with the time at which the token ends, in seconds since 1970. */
export async function readToken(token: string): Promise<{ subject: string; until: number }> {
  // Loaded by those who bring a token, so that functions which never see one stay small.
  const { createRemoteJWKSet, errors, jwtVerify } = await import('jose')
  keys ??= discover('jwks_uri')
    .then((address) => createRemoteJWKSet(new URL(address)))
    .catch((error: unknown) => {
      keys = undefined
      throw error
    })
  const known = await keys
  try {
    const { payload } = await jwtVerify(token, known, { algorithms: ALGORITHMS, issuer: fromEnvironment('OIDC_ISSUER'), requiredClaims: ['exp', 'sub'] })
    const audiences = payload.aud === undefined ? [payload['client_id']] : [payload.aud].flat()
    if (!audiences.includes(fromEnvironment('TOKEN_AUDIENCE')) || typeof payload.sub !== 'string') throw refused()
    return { subject: payload.sub, until: payload.exp ?? 0 }
  } catch (error) {
    if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) throw refused()
    throw error
  }
}

function refused(): Problem {
  return new Problem('unauthenticated', 'token.refused', 'The token is not good here, or no longer. Leave it out or get a new one.')
}
