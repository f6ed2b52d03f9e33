import type { IncomingMessage, ServerResponse } from 'node:http'
import { AwsError } from '../contract.ts'
import type { Door, Host } from '../contract.ts'
import { record, text, texts } from '../properties.ts'
import { readBody } from '../read-body.ts'
import { algorithm, loadSigningKey } from './signing-key.ts'
import type { SigningKey } from './signing-key.ts'
import { createTokens } from './tokens.ts'
import type { SignIn, Tokens } from './tokens.ts'

const path = '/_local/oidc'
const formLimitBytes = 64 * 1024
const defaultExpirySeconds = 3_600

/**
 * The development issuer in place of Cognito, under `/_local/oidc`: discovery, key set, userinfo, and a token endpoint that
 * believes any password. Every well-formed address may sign in here; who is a user of the product, the product decides.
 */
export function createIssuer(host: Host): Door {
  let loading: Promise<SigningKey> | undefined
  const signingKey = (): Promise<SigningKey> => (loading ??= loadSigningKey(host.dataFolder))
  const issuer = `${host.origin}${path}`
  const tokens = createTokens(host, signingKey, () => ({ issuer, audience: audienceOf(host, issuer) }))

  return {
    async handle(request, response) {
      const asked = (request.url ?? '').split('?', 1)[0] ?? ''
      if (asked !== path && !asked.startsWith(`${path}/`)) return false
      switch (`${request.method} ${asked.slice(path.length)}`) {
        case 'GET /.well-known/openid-configuration':
          send(response, 200, discovery(issuer))
          break
        case 'GET /.well-known/jwks.json':
          send(response, 200, { keys: [(await signingKey()).publicJwk] })
          break
        case 'POST /token':
          await giveToken(tokens, request, response)
          break
        case 'GET /userinfo':
        case 'POST /userinfo':
          await tellPerson(tokens, request, response)
          break
        default:
          send(response, 404, { error: 'not_found' })
      }
      return true
    },
  }
}

function discovery(issuer: string): unknown {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    grant_types_supported: ['password'],
    token_endpoint_auth_methods_supported: ['none'],
    subject_types_supported: ['public'],
    scopes_supported: ['openid', 'email'],
    claims_supported: ['sub', 'email', 'email_verified'],
    id_token_signing_alg_values_supported: [algorithm],
  }
}

/** The audience that the template's authorizer expects of this issuer's tokens. */
function audienceOf(host: Host, issuer: string): string {
  const ours = host.resources('AWS::ApiGatewayV2::Authorizer').map(({ properties }) => record(properties.JwtConfiguration)).find(({ Issuer }) => Issuer === issuer)
  return texts(ours?.Audience)[0] ?? 'leadline-local'
}

async function giveToken(tokens: Tokens, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = await readForm(request)
  if (form === undefined) return send(response, 400, { error: 'invalid_request', error_description: 'Send a short application/x-www-form-urlencoded body' })
  if (form.get('grant_type') === null) return send(response, 400, { error: 'invalid_request', error_description: 'grant_type is missing' })
  if (form.get('grant_type') !== 'password') return send(response, 400, { error: 'unsupported_grant_type', error_description: 'Only grant_type=password' })
  const signIn = readSignIn(form)
  if (typeof signIn === 'string') return send(response, 400, { error: 'invalid_request', error_description: signIn })
  send(response, 200, { access_token: await tokens.issue(signIn), token_type: 'Bearer', expires_in: signIn.expiresInSeconds, scope: 'openid email' })
}

/** `expires_in` and `email_verified` are for tests of tokens that ended and of addresses that were never proved. */
function readSignIn(form: URLSearchParams): SignIn | string {
  const email = form.get('username')?.trim() ?? ''
  if (email.length > 254 || !/^[^\s@<>,"]+@[^\s@<>,"]+$/.test(email)) return 'username has to be an e-mail address'
  const expires = form.get('expires_in') ?? String(defaultExpirySeconds)
  if (!/^-?\d{1,9}$/.test(expires)) return 'expires_in has to be a whole number of seconds'
  const verified = form.get('email_verified') ?? 'true'
  if (verified !== 'true' && verified !== 'false') return 'email_verified has to be true or false'
  return { email, emailVerified: verified === 'true', expiresInSeconds: Number(expires) }
}

async function tellPerson(tokens: Tokens, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const token = /^Bearer (\S+)$/i.exec(text(request.headers.authorization) ?? '')?.[1]
  const person = token === undefined ? undefined : await tokens.personOf(token)
  if (person === undefined) {
    const error = token === undefined ? '' : ' error="invalid_token"'
    return send(response, 401, { error: 'invalid_token' }, { 'www-authenticate': `Bearer${error}` })
  }
  send(response, 200, { sub: person.sub, email: person.email, email_verified: person.emailVerified })
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) return undefined
  try {
    return new URLSearchParams((await readBody(request, formLimitBytes)).toString('utf8'))
  } catch (problem) {
    if (problem instanceof AwsError) return undefined
    throw problem
  }
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', 'content-length': Buffer.byteLength(text), ...headers })
  response.end(text)
}
