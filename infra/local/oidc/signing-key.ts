import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair, importPKCS8 } from 'jose'
import type { CryptoKey, JWK } from 'jose'

export const algorithm = 'RS256'

export interface SigningKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  /** As it stands in the key set; holds nothing secret. */
  readonly publicJwk: JWK
}

/** The issuer's RSA key, kept in `<folder>/oidc/key.pem` (readable by its owner alone), so that tokens outlive a restart. */
export async function loadSigningKey(folder: string): Promise<SigningKey> {
  const file = join(folder, 'oidc', 'key.pem')
  const pem = (await readIfThere(file)) ?? (await makeKey(folder, file))
  const privateKey = await importPKCS8(pem, algorithm, { extractable: true })
  const { kty, n, e } = await exportJWK(privateKey)
  if (kty === undefined || n === undefined || e === undefined) throw new Error(`${file} holds no RSA key`)
  const kid = await calculateJwkThumbprint({ kty, n, e })
  return { kid, privateKey, publicJwk: { kty, n, e, kid, alg: algorithm, use: 'sig' } }
}

async function makeKey(folder: string, file: string): Promise<string> {
  const { privateKey } = await generateKeyPair(algorithm, { modulusLength: 2048, extractable: true })
  const pem = await exportPKCS8(privateKey)
  await mkdir(join(folder, 'oidc'), { recursive: true, mode: 0o700 })
  // Written aside and renamed: a kill in between must not leave half a key behind.
  const draft = await open(`${file}.new`, 'w', 0o600)
  try {
    await draft.writeFile(pem)
    await draft.sync()
  } finally {
    await draft.close()
  }
  await rename(`${file}.new`, file)
  return pem
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (problem) {
    if (problem instanceof Error && 'code' in problem && problem.code === 'ENOENT') return undefined
    throw problem
  }
}
