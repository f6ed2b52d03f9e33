import { createHash, randomBytes } from 'node:crypto'
import type { Caller, Resource } from './contract.ts'

/** The keys of one function, as its environment holds them. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Who owns which access key. */
export interface KeyRing {
  of(functionName: string): Credentials
  callerOf(accessKeyId: string): Caller | undefined
  secretOf(accessKeyId: string): string | undefined
}

/**
 * Gives each function an access key of its own. The id is made of the function's name, so that a log line can be understood
 * later; the secret is new at each start and kept in memory only (a presigned address ends with the host, as with a role's session on AWS).
 *
 * @param roleOf the logical id of a function's role
 */
export function createKeyRing(functions: readonly Resource[], roleOf: (func: Resource) => string): KeyRing {
  const byFunction = new Map<string, Credentials>()
  const byKey = new Map<string, { caller: Caller; secret: string }>()
  for (const func of functions) {
    const credentials = {
      accessKeyId: `ASIA${createHash('sha256').update(func.name).digest('hex').slice(0, 16).toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64url'),
    }
    byFunction.set(func.name, credentials)
    byKey.set(credentials.accessKeyId, {
      caller: { kind: 'function', functionName: func.name, roleLogicalId: roleOf(func) },
      secret: credentials.secretAccessKey,
    })
  }
  return {
    of(functionName) {
      const credentials = byFunction.get(functionName)
      if (credentials === undefined) throw new Error(`There is no function ${functionName}`)
      return credentials
    },
    callerOf: (accessKeyId) => byKey.get(accessKeyId)?.caller,
    secretOf: (accessKeyId) => byKey.get(accessKeyId)?.secret,
  }
}
