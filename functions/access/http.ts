import { serveHttp } from '../../shared/edge/http.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { rolePorts } from '../../shared/types/index.ts'
import { routes } from './routes.ts'

export const handler = serveHttp(routes, rolePorts, openTable(fromEnvironment('TABLE_NAME')))
