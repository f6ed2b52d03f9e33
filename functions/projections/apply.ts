import { serveStream } from '../../shared/edge/stream.ts'
import { openTable } from '../../shared/platform/dynamodb.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { projectChange } from '../../shared/timeline/index.ts'

const table = openTable(fromEnvironment('TABLE_NAME'))

export const handler = serveStream('projections/apply', (change) => projectChange(table, change))
