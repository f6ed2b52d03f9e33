/** Every route of the product: what the description of the API and the typed client are made from. A new table of routes is added here. */
import { routes as access } from './access/routes.ts'
import { routes as api } from './api/routes.ts'
import { routes as chat } from './chat/routes.ts'
import { routes as directory } from './directory/routes.ts'
import { routes as files } from './files/routes.ts'
import { routes as items } from './items/routes.ts'
import { routes as mail } from './mail/routes.ts'
import { routes as mailings } from './mailings/routes.ts'
import { routes as types } from './types/routes.ts'

export const allRoutes = [...directory, ...access, ...types, ...items, ...files, ...mail, ...mailings, ...chat, ...api] as const

/** The routes as the typed client knows them: `createClient<ApiRoute>(...)`. */
export type ApiRoute = (typeof allRoutes)[number]
