import type { ApiDocument } from '../../shared/api/index.ts'
import { describedApi, type DescribedApi } from '../support/described-api.ts'

/** Everything that journeys are answered is held against the description of the API (API-1), so that neither can drift from the other. */

const descriptions = new Map<string, Promise<DescribedApi>>()

/** Throws for a good answer that is not as described. Answers of paths that are not described say nothing here. */
export async function expectAsDescribed(api: string, token: string | undefined, answer: { method: string; path: string; status: number; contentType: string; body: unknown }): Promise<void> {
  if (answer.status >= 400 || !answer.path.startsWith('/v1/')) return
  const known = await (descriptions.get(api) ?? described(api, undefined))
  if (faultsOf(known, answer).length === 0) return
  // A type may have been made since the description was read, and then only those who have signed in are told of it.
  const faults = faultsOf(await described(api, token), answer)
  if (faults.length > 0) throw new Error(`${answer.method} ${answer.path} was answered ${answer.status}, and not as described: ${faults.join('; ')}\n${JSON.stringify(answer.body)?.slice(0, 2000)}`)
}

function faultsOf(description: DescribedApi, { method, path, status, contentType, body }: { method: string; path: string; status: number; contentType: string; body: unknown }): readonly string[] {
  const operation = description.find(method, path.split('?')[0] ?? '')
  return operation ? description.faultsOfAnswer(operation, status, contentType, body) : []
}

function described(api: string, token: string | undefined): Promise<DescribedApi> {
  const made = fetch(`${api}/v1/openapi.json`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }).then(async (answer) => describedApi((await answer.json()) as ApiDocument, { closed: true }))
  descriptions.set(api, made)
  return made
}
