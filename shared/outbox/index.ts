export { publishChange } from './publish-change.ts'
