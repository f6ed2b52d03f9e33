import { serveHttp } from '../../shared/edge/http.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { routes } from './routes.ts'

// The tables of all functions bring along all use cases, so they are loaded by the first request that asks for the description.
const ports = { routes: async () => (await import('../routes.ts')).allRoutes }

export const handler = serveHttp(routes, ports, openTable(fromEnvironment('TABLE_NAME')))
