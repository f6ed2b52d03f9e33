export { publishChanges } from './publish-changes.ts'
export { detailSchemaOf, EVENT_KINDS, jsonSchemaOfEvents } from './schema.ts'
