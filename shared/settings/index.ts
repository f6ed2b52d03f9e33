export { changeSettings } from './change-settings.ts'
export { chatsAreLinked } from './general.ts'
export { readSettings } from './read-settings.ts'
export { GeneralSettings } from './schema.ts'
