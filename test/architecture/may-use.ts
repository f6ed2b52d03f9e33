/**
 * Which rooms of the house may enter which others. A domain that is not listed for another reacts to its events instead.
 * `kernel` and `platform` are entered by any door; every other folder of `shared` by its `index.ts` alone.
 */
export const mayUse: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  platform: ['kernel'],
  workspace: ['kernel', 'platform'],
  access: ['kernel', 'workspace'],
  directory: ['kernel', 'platform', 'workspace', 'access'],
  types: ['kernel', 'platform', 'workspace', 'access'],
  money: ['kernel'],
  settings: ['workspace', 'access'],
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
  api: ['workspace', 'types', 'items'],
  client: [],
  edge: ['kernel', 'platform', 'workspace', 'directory', 'sockets'],
}

/** Folders of `shared` that whoever may enter them enters by any file; `edge` has no use cases, and only functions are let in. */
export const openFolders: readonly string[] = ['kernel', 'platform', 'edge']

/**
 * Further doors for functions and stacks, which else enter a domain by its `index.ts` as well. A door of its own keeps a bundle from taking in the whole domain
 * (what one schedule runs, what one port needs), or names what only tables of routes and stacks have to know (schemas, names of indexes).
 */
export const furtherDoors: readonly string[] = [
  'shared/items/keys.ts',
  'shared/items/restamp-items.ts',
  'shared/items/standing-items.ts',
  'shared/mailings/resume-mailings.ts',
  'shared/mailings/schema.ts',
  'shared/notifications/mail-notifications.ts',
  'shared/templates/schema.ts',
  'shared/types/settle-removals.ts',
  'shared/types/use-cases.ts',
]

/** Files that somebody starts: Lambda, npm, the CDK CLI or a worker thread. Clients start at the door of `shared/client`. */
export const entries: readonly RegExp[] = [/^functions\/[^/]+\/(?!routes\.ts)[^/]+\.ts$/, /^infra\/(app|build|replay-failures)\.ts$/, /^infra\/local\/(start|worker)\.ts$/, /^shared\/client\/index\.ts$/]

/** Files that are found by their name rather than imported: the tables of routes, which infra/routes.ts reads, and the thread that reads mails. */
export const foundByName: readonly RegExp[] = [/^functions\/[^/]+\/routes\.ts$/, /^shared\/mail\/reading-worker\.ts$/]
