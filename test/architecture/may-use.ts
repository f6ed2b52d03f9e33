/**
 * Which rooms of the house may enter which others. A domain that is not listed for another reacts to its events instead.
 * `kernel` and `platform` are entered by any door; every other folder of `shared` by its `index.ts` alone.
 */
export const mayUse: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  platform: ['kernel'],
  workspace: ['kernel', 'platform'],
  access: ['kernel', 'platform', 'workspace'],
  directory: ['kernel', 'platform', 'workspace', 'access'],
  types: ['kernel', 'platform', 'workspace', 'access'],
  money: ['kernel'],
  settings: ['kernel', 'platform', 'workspace', 'access'],
  items: ['kernel', 'platform', 'workspace', 'access', 'types', 'settings', 'money', 'files'],
  timeline: ['kernel', 'platform', 'workspace', 'access', 'types', 'items', 'files'],
  outbox: ['kernel', 'platform', 'items'],
  mail: ['kernel', 'platform', 'workspace', 'access', 'types', 'items'],
  templates: ['kernel', 'platform', 'workspace', 'access', 'types', 'items'],
  mailings: ['kernel', 'platform', 'workspace', 'access', 'types', 'items', 'mail', 'templates'],
  files: ['kernel', 'platform', 'workspace'],
  sockets: ['kernel', 'platform', 'workspace', 'access', 'items'],
  chat: ['kernel', 'platform', 'workspace', 'access', 'types', 'settings', 'items', 'files', 'sockets'],
  notifications: ['kernel', 'platform', 'workspace', 'access', 'types', 'items', 'sockets', 'chat'],
  api: ['kernel', 'workspace', 'types', 'items'],
  client: [],
  edge: ['kernel', 'platform', 'workspace', 'directory', 'sockets'],
}

/** Folders that anybody who may enter them enters by any file. */
export const openFolders: readonly string[] = ['kernel', 'platform']
