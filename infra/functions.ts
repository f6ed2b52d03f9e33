/**
 * Every function of the product as data. To add one: write `functions/<domain>/<trigger>.ts` and a row here; the stack
 * that is named in the row makes it, with the rights that the row asks for and no others.
 */

/** What calls a function. */
export type Trigger =
  /** The routes in the `routes.ts` beside the entry. */
  | { readonly kind: 'http' }
  /** Requests that no route takes; anybody may call it. */
  | { readonly kind: 'fallback' }
  /** Notices that mail has come in. */
  | { readonly kind: 'incomingMail' }
  | { readonly kind: 'schedule'; readonly everyMinutes: number }
  /** Changes of the table's rows whose `kind` is one of these. AWS allows two readers of a stream, so no third function may have this. */
  | { readonly kind: 'stream'; readonly rowKinds: readonly string[] }
  /** Our own events of these kinds, such as `chat.mentioned` or `*.updated`, through a queue. */
  | { readonly kind: 'bus'; readonly detailTypes: readonly string[] }
  /** Turns at mailings, one after the other. */
  | { readonly kind: 'mailings' }
  /** What SES tells of mail that was sent. */
  | { readonly kind: 'mailFates' }
  /** Whatever the clients of the WebSocket API send, and their coming and going. */
  | { readonly kind: 'socket' }
  /** Asked who may connect to the WebSocket API. */
  | { readonly kind: 'socketAuthorizer' }

/** Prefixes of the mail bucket that a function may use, by what it may do with the objects there. */
export interface MailAccess {
  readonly read?: readonly string[]
  readonly write?: readonly string[]
  readonly remove?: readonly string[]
  /** May see the names of all objects, and so is told when one does not exist. */
  readonly list?: true
}

/** What a function may touch. What is left out it can neither call nor find: it does not even get the name. */
export interface Needs {
  readonly table?: 'read' | 'readWrite'
  readonly bus?: 'publish'
  readonly mail?: MailAccess
  /** The bucket of uploaded files: to hand out addresses of them, or to remove them. */
  readonly files?: 'readWrite' | 'remove'
  /** Knows the address that puts mail into the CRM. */
  readonly mailAddress?: true
  /** Signs callers in: knows the token issuer and who becomes the first administrator. */
  readonly signIn?: true
  /** Checks tokens itself, on routes where the gateway checks none: knows whom they must be made for. */
  readonly tokenCheck?: true
  /** Sends mail through SES. */
  readonly sendsMail?: true
  /** Wakes the worker of mailings. */
  readonly wakesMailings?: true
  /** Knows where the API answers, for links in mails. */
  readonly apiAddress?: true
  /** Sends to connected clients, and ends connections. */
  readonly connections?: true
  /** Knows where a web client shows an item, for links in mails. */
  readonly itemLink?: true
}

/** One function of the product. */
export interface FunctionRow {
  /** `<domain>/<trigger>`: the source is `functions/<entry>.ts`. */
  readonly entry: string
  readonly stack: 'api' | 'mail' | 'events' | 'socket'
  readonly trigger: Trigger
  readonly needs: Needs
  /** Not there in a deployment without a mail domain. */
  readonly onlyWithMail?: true
  readonly memoryMegabytes?: number
  readonly timeoutSeconds?: number
  /** What people notice while this fails, in one sentence; it is the text of the alarm. */
  readonly userImpact: string
}

const PREFIXES = { inbox: 'inbox/', mail: 'mail/', notices: 'notices/' } as const

const INCOMING_MAIL: MailAccess = {
  read: [PREFIXES.inbox, PREFIXES.mail, PREFIXES.notices],
  write: [PREFIXES.mail, PREFIXES.notices],
  remove: [PREFIXES.inbox],
  list: true,
}

export const FUNCTIONS: readonly FunctionRow[] = [
  {
    entry: 'directory/http',
    stack: 'api',
    trigger: { kind: 'http' },
    needs: { table: 'readWrite', signIn: true },
    userImpact: 'Nobody can look up or change users, departments and groups.',
  },
  {
    entry: 'access/http',
    stack: 'api',
    trigger: { kind: 'http' },
    needs: { table: 'readWrite', signIn: true },
    userImpact: 'Administrators cannot see or change roles, and clients cannot learn what their user may do.',
  },
  {
    entry: 'types/http',
    stack: 'api',
    trigger: { kind: 'http' },
    needs: { table: 'readWrite', signIn: true },
    userImpact: 'Types, fields, pipelines, stages and forms cannot be looked up or changed.',
  },
  {
    entry: 'items/http',
    stack: 'api',
    trigger: { kind: 'http' },
    needs: { table: 'readWrite', signIn: true },
    userImpact: 'Leads, deals, contacts and companies cannot be opened, listed or saved.',
  },
  {
    entry: 'items/restamp',
    stack: 'events',
    trigger: { kind: 'schedule', everyMinutes: 5 },
    needs: { table: 'readWrite' },
    timeoutSeconds: 300,
    userImpact: 'After somebody moves to another department, lists of the departments stay somewhat dearer to read; they are right all the same.',
  },
  {
    entry: 'items/purge',
    stack: 'events',
    trigger: { kind: 'schedule', everyMinutes: 360 },
    needs: { table: 'readWrite', files: 'remove' },
    timeoutSeconds: 300,
    userImpact: 'Deleted items stay stored for longer than 30 days; nobody can see or restore them.',
  },
  {
    entry: 'files/http',
    stack: 'api',
    trigger: { kind: 'http' },
    needs: { table: 'readWrite', signIn: true, files: 'readWrite' },
    userImpact: 'Files can neither be uploaded nor fetched.',
  },
  {
    entry: 'mail/http',
    stack: 'api',
    trigger: { kind: 'http' },
    needs: {
      table: 'readWrite',
      signIn: true,
      mailAddress: true,
      mail: { list: true, read: [PREFIXES.mail], write: [PREFIXES.mail] },
    },
    memoryMegabytes: 1024,
    userImpact: 'Stored mail cannot be read, and unsorted mail cannot be assigned.',
  },
  {
    entry: 'api/http',
    stack: 'api',
    trigger: { kind: 'http' },
    needs: { table: 'readWrite', signIn: true, tokenCheck: true },
    memoryMegabytes: 1024,
    userImpact: 'Developers cannot read the description of the API.',
  },
  {
    entry: 'chat/http',
    stack: 'api',
    trigger: { kind: 'http' },
    needs: { table: 'readWrite', signIn: true, connections: true, mailAddress: true },
    userImpact: 'Chats and notifications cannot be opened, and browsers cannot connect for live news.',
  },
  {
    entry: 'chat/authorize',
    stack: 'socket',
    trigger: { kind: 'socketAuthorizer' },
    needs: { table: 'readWrite', signIn: true, tokenCheck: true },
    userImpact: 'Nobody can connect for live news; chats have to be reloaded to see new messages.',
  },
  {
    entry: 'chat/socket',
    stack: 'socket',
    trigger: { kind: 'socket' },
    needs: { table: 'readWrite', connections: true },
    userImpact: 'What people write in chats over a live connection is not sent.',
  },
  {
    entry: 'chat/hang-up',
    stack: 'socket',
    trigger: { kind: 'schedule', everyMinutes: 1 },
    needs: { table: 'readWrite', connections: true },
    timeoutSeconds: 60,
    userImpact: 'Connections stay open after their sign-in has ended; nothing reaches them any more all the same.',
  },
  {
    entry: 'notifications/on-event',
    stack: 'events',
    trigger: { kind: 'bus', detailTypes: ['*.created', '*.updated', '*.deleted', '*.restored', 'chat.mentioned', 'mail.received'] },
    needs: { table: 'readWrite', connections: true },
    userImpact: 'People are not notified, and open screens do not show what others have just changed.',
  },
  {
    entry: 'notifications/mail',
    stack: 'mail',
    trigger: { kind: 'schedule', everyMinutes: 5 },
    needs: { table: 'readWrite', mailAddress: true, sendsMail: true, itemLink: true },
    memoryMegabytes: 256,
    timeoutSeconds: 120,
    userImpact: 'People who asked for their notifications by mail get none; the list of notifications is complete all the same.',
  },
  {
    entry: 'fallback/http',
    stack: 'api',
    trigger: { kind: 'fallback' },
    needs: {},
    memoryMegabytes: 256,
    userImpact: 'Requests to wrong addresses get a server error instead of a clear "not found".',
  },
  {
    entry: 'mailings/http',
    stack: 'api',
    trigger: { kind: 'http' },
    needs: { table: 'readWrite', signIn: true, mailAddress: true, mail: { write: [PREFIXES.mail] }, sendsMail: true, wakesMailings: true },
    memoryMegabytes: 1024,
    userImpact: 'Nobody can write mail from the CRM, begin a mailing or unsubscribe from one.',
  },
  {
    entry: 'mailings/work',
    stack: 'api',
    trigger: { kind: 'mailings' },
    needs: { table: 'readWrite', mailAddress: true, mail: { write: [PREFIXES.mail] }, sendsMail: true, wakesMailings: true, apiAddress: true },
    onlyWithMail: true,
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
    userImpact: 'Mailings that were begun do not go on; what they have sent is not sent again.',
  },
  {
    entry: 'mailings/resume',
    stack: 'mail',
    trigger: { kind: 'schedule', everyMinutes: 15 },
    needs: { table: 'readWrite', wakesMailings: true },
    memoryMegabytes: 256,
    userImpact: 'A mailing that came to a halt stays there until somebody begins another.',
  },
  {
    entry: 'mailings/on-event',
    stack: 'mail',
    trigger: { kind: 'mailFates' },
    // Replies that came before SES's word of the mail they answer are routed by it.
    needs: { table: 'readWrite', mail: { read: [PREFIXES.mail], write: [PREFIXES.mail] }, mailAddress: true },
    userImpact: 'Nobody learns whether mail was delivered, and addresses that bounce or complain go on getting mailings.',
  },
  {
    entry: 'mail/inbound',
    stack: 'mail',
    trigger: { kind: 'incomingMail' },
    needs: { table: 'readWrite', mail: INCOMING_MAIL, mailAddress: true },
    memoryMegabytes: 1024,
    timeoutSeconds: 60,
    userImpact: 'Mail that people send to the CRM does not reach the timelines; it is kept and waits.',
  },
  {
    entry: 'mail/sweep',
    stack: 'mail',
    trigger: { kind: 'schedule', everyMinutes: 15 },
    needs: { table: 'readWrite', mail: INCOMING_MAIL, mailAddress: true },
    memoryMegabytes: 1024,
    timeoutSeconds: 300,
    userImpact: 'Mail whose notice was lost stays unseen until somebody looks for it.',
  },
  {
    entry: 'projections/apply',
    stack: 'events',
    trigger: { kind: 'stream', rowKinds: ['item', 'mail'] },
    needs: { table: 'readWrite' },
    timeoutSeconds: 60,
    userImpact: 'Timelines do not show what has just happened to an item.',
  },
  {
    entry: 'outbox/publish',
    stack: 'events',
    trigger: { kind: 'stream', rowKinds: ['item', 'comment', 'mail', 'chatMention'] },
    needs: { bus: 'publish' },
    timeoutSeconds: 60,
    userImpact: 'Automations that wait for changes in the CRM do not start.',
  },
]
