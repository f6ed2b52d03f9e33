import { serveStream } from '../../shared/edge/stream.ts'
import { publishChanges } from '../../shared/outbox/index.ts'
import { openBus } from '../../shared/platform/bus.ts'
import { fromEnvironment } from '../../shared/platform/environment.ts'

const bus = openBus(fromEnvironment('BUS_NAME'))

export const handler = serveStream('outbox/publish', (changes) => publishChanges(bus, changes))
