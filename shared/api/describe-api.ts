import { typesOf, type TypeDefinition } from '../types/index.ts'
import { workspaceOfRows, type Ctx } from '../workspace/index.ts'
import type { ApiDocument, ApiPorts } from './schema.ts'

/** The description of the API (API-1): with the types that every company has, and for a caller who has signed in with those of the caller's company. */
export async function describeApi(ctx: Ctx & ApiPorts): Promise<ApiDocument> {
  const types = ctx.actor.userId === '' ? typesOfEveryCompany() : typesOf(ctx.workspace)
  const known = documents.get(types) ?? makeDocument(ctx, types)
  documents.set(types, known)
  // What could not be made is made anew by the next who asks.
  known.catch(() => documents.delete(types))
  return known
}

/** Making a document takes longer than a request should, and it is the same as long as the types are. */
const documents = new WeakMap<ReadonlyMap<string, TypeDefinition>, Promise<ApiDocument>>()

async function makeDocument({ routes }: ApiPorts, types: ReadonlyMap<string, TypeDefinition>): Promise<ApiDocument> {
  const { documentOf } = await import('./document.ts')
  return documentOf(await routes(), [...types.values()])
}

const NO_COMPANY = workspaceOfRows(0, [])

function typesOfEveryCompany(): ReadonlyMap<string, TypeDefinition> {
  return typesOf(NO_COMPANY)
}
