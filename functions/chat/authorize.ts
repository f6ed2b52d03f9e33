import { serveSocketAuthorizer } from '../../shared/edge/socket-authorizer.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'

export const handler = serveSocketAuthorizer(openTable(fromEnvironment('TABLE_NAME')))
