export { publishChange } from './publish-change.ts'
export { detailSchemaOf, EVENT_KINDS, jsonSchemaOfEvents } from './schema.ts'
