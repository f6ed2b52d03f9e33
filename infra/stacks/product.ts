import { Annotations, App } from 'aws-cdk-lib'
import type { Surroundings } from '../constructs/product-functions.ts'
import { FEATURE_FLAGS } from '../feature-flags.ts'
import type { RouteTables } from '../routes.ts'
import type { Settings } from '../settings.ts'
import { AlarmsStack } from './alarms.ts'
import { ApiStack } from './api.ts'
import { DataStack } from './data.ts'
import { EventsStack } from './events.ts'
import { IdentityStack } from './identity.ts'
import { MailStack } from './mail.ts'
import { SocketStack } from './socket.ts'

export interface ProductParts {
  readonly settings: Settings
  /** Folder that build.ts has filled. */
  readonly codeFolder: string
  readonly routeTables: RouteTables
}

/** An app that writes its templates to a folder. */
export function createApp(outFolder: string): App {
  return new App({ outdir: outFolder, autoSynth: false, analyticsReporting: false, treeMetadata: false, context: { ...FEATURE_FLAGS } })
}

/** The whole product as stacks. References go one way: data, alarms and identity know nobody; mail and socket know these, events the socket too, and the api all of them but events. */
export function createProduct(app: App, { settings, codeFolder, routeTables }: ProductParts): void {
  const name = (part: string) => `${settings.prefix}-${part}`
  const data = new DataStack(app, name('data'), { settings, terminationProtection: true, description: 'Leadline: the table and the buckets' })
  const alarms = new AlarmsStack(app, name('alarms'), { settings, description: 'Leadline: where alarms go' })
  const tokens = tokenIssuer(app, settings, name('identity'))
  const known: Surroundings = {
    codeFolder,
    alarmTopic: alarms.topic,
    table: data.indexedTable,
    mail: data.mail,
    files: data.files,
    mailAddress: settings.mailAddress,
    issuer: tokens.issuer,
    audience: tokens.audience,
    firstAdminEmail: settings.firstAdminEmail,
    ...(settings.itemLink === undefined ? {} : { itemLink: settings.itemLink }),
  }
  const { connections } = new SocketStack(app, name('socket'), { settings, surroundings: known, description: 'Leadline: the WebSocket API' })
  const surroundings: Surroundings = { ...known, connections }
  const { mailDomain, mailAddress } = settings
  const mailSettings = mailDomain !== undefined && mailAddress !== undefined ? { ...settings, mailDomain, mailAddress } : undefined
  const mail = mailSettings && new MailStack(app, name('mail'), { settings: mailSettings, surroundings, description: 'Leadline: mail into the CRM and out of it' })
  new EventsStack(app, name('events'), { busName: settings.prefix, surroundings, failures: data.failures, description: 'Leadline: what follows from a change' })
  const api = new ApiStack(app, name('api'), { settings, surroundings: { ...surroundings, ...(mail ? { sending: mail.sending } : {}) }, tokens, routeTables, description: 'Leadline: the HTTP API' })
  if (settings.firstAdminEmail === undefined) {
    Annotations.of(api).addWarningV2('leadline:no-first-administrator', 'firstAdminEmail is not set: in a new deployment nobody will be able to sign in')
  }
}

function tokenIssuer(app: App, settings: Settings, stackName: string) {
  const { issuer, audience } = settings
  if (issuer !== undefined && audience !== undefined) return { issuer, audience }
  return new IdentityStack(app, stackName, { settings, terminationProtection: true, description: 'Leadline: the sign-in' }).tokens
}
