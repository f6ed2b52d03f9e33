import { serveUnknownPaths } from '../../shared/edge/http.ts'

export const handler = serveUnknownPaths()
