import { serveStream } from '../../shared/edge/stream.ts'
import { openBatchWriter } from '../../shared/platform/batch-writes.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'
import { projectChanges } from '../../shared/timeline/index.ts'

const write = openBatchWriter(fromEnvironment('TABLE_NAME'))

export const handler = serveStream('projections/apply', (changes) => projectChanges(write, changes))
