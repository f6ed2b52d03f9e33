import { serveHttp } from '../../shared/edge/http.ts'
import { standingItems } from '../../shared/items/standing-items.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { routes } from './routes.ts'

export const handler = serveHttp(routes, { items: standingItems }, openTable(fromEnvironment('TABLE_NAME')))
