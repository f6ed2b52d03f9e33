export { describeApi } from './describe-api.ts'
export type { ApiDocument, ApiPorts, DescribedRoute, JsonSchema, Operation } from './schema.ts'
export { showDocs } from './show-docs.ts'
