import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import { FUNCTIONS } from './functions.ts'

/** The part of a route that API Gateway has to know; each domain's `routes.ts` says more. */
const Route = z.object({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  /** Such as `/v1/items/{type}/{id}`. */
  path: z.string().regex(/^(\/([A-Za-z0-9._-]+|\{[A-Za-z0-9]+\+?\}))+$/),
  /** Anybody may call it, without a token. */
  public: z.boolean().optional(),
})
export type Route = z.infer<typeof Route>

const RouteModule = z.object({ routes: z.array(Route).min(1) })

/** The routes of each HTTP function, by its entry. */
export type RouteTables = ReadonlyMap<string, readonly Route[]>

/**
 * Reads the route tables beside the HTTP functions.
 * @throws an Error that names a table that is missing, empty or malformed, or a route that stands in two tables
 */
export async function readRouteTables(root = path.resolve(import.meta.dirname, '..'), functions = FUNCTIONS): Promise<RouteTables> {
  const tables = new Map<string, readonly Route[]>()
  for (const { entry, trigger } of functions) {
    if (trigger.kind === 'http') tables.set(entry, await readTable(root, entry))
  }
  refuseDoubles(tables)
  return tables
}

async function readTable(root: string, entry: string): Promise<readonly Route[]> {
  const name = `functions/${path.dirname(entry)}/routes.ts`
  const file = path.join(root, name)
  if (!existsSync(file)) throw new Error(`${name} does not exist, so nothing would lead to functions/${entry}.ts`)
  const loaded: unknown = await import(pathToFileURL(file).href)
  const checked = RouteModule.safeParse(loaded)
  if (!checked.success) throw new Error(`${name} must export routes with a method and a path:\n${z.prettifyError(checked.error)}`)
  return checked.data.routes
}

/** API Gateway refuses a path twice whatever its parameters are called, but only after half of the deployment. */
function refuseDoubles(tables: RouteTables): void {
  const owners = new Map<string, string>()
  for (const [entry, routes] of tables) {
    for (const { method, path } of routes) {
      const key = `${method} ${path.replaceAll(/\{[^}+]+/g, '{')}`
      const owner = owners.get(key)
      if (owner !== undefined) throw new Error(`${method} ${path} stands in the route tables of both ${owner} and ${entry}`)
      owners.set(key, entry)
    }
  }
}
