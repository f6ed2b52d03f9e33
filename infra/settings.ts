/**
 * What an operator may decide about a deployment. Each setting is one environment variable `LEADLINE_<NAME>` or, under
 * the CDK CLI, one context value (`-c mailDomain=crm.example.com`); the variable wins.
 */
import * as z from 'zod'

const optionalText = z.string().trim().min(1).optional()

/** An OpenID Connect issuer is https; plain http is taken from this machine alone, where the development issuer lives. */
const issuer = z.string().refine(isTrustworthyIssuer, 'must be an https address without a trailing slash (http only on 127.0.0.1)')

const itemLink = z.string().refine(isItemLink, 'must be an https address with {type} and {id} in it, such as https://crm.example.com/{type}/{id}')

const origin = z.string().refine(isOrigin, 'must be an origin such as https://crm.example.com')

/** The settings of one deployment after checking. */
export const Settings = z
  .strictObject({
    /** First part of every stack's name; lets two deployments share an account. */
    prefix: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,23}$/, 'must be 1 to 24 small letters, digits and dashes, and begin with a letter')
      .default('leadline'),
    /** Issuer of the bearer tokens. Left out, the deployment makes a Cognito user pool and trusts that. */
    issuer: issuer.optional(),
    /** What a token's `aud` (or `client_id`) must be. Goes with `issuer`. */
    audience: optionalText,
    /** Domain that SES receives and sends mail for. Left out, nothing of SES is made and no mail comes in. */
    mailDomain: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'must be a domain such as crm.example.com, in small letters')
      .optional(),
    /** The address that puts mail into the CRM; by default `crm@<mailDomain>`. */
    mailAddress: z.email().optional(),
    /** Receipt rule set that is already active in the account; our rule is added to it. Left out, a rule set of our own is made. */
    receiptRuleSet: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be the name of a receipt rule set')
      .optional(),
    /** Who becomes the first administrator by signing in with this verified address. */
    firstAdminEmail: z.email().optional(),
    /** Origins of web clients that may call the API (CORS) and receive sign-ins. */
    webOrigins: z.array(origin).max(20).default([]),
    /** Where a web client shows an item: an address with `{type}` and `{id}` in it, for links in mails. Left out, mails have none. */
    itemLink: itemLink.optional(),
    /** Where alarms are mailed to. */
    alarmEmail: z.email().optional(),
  })
  .superRefine((settings, check) => {
    const refuse = (path: string, message: string) => check.addIssue({ code: 'custom', path: [path], message })
    if (settings.issuer !== undefined && settings.audience === undefined)
      refuse('audience', 'is needed with an issuer: without it any token of that issuer would be taken')
    if (settings.issuer === undefined && settings.audience !== undefined) refuse('audience', 'has no meaning without an issuer')
    if (settings.mailAddress !== undefined && !settings.mailAddress.endsWith(`@${settings.mailDomain}`))
      refuse('mailAddress', 'must be an address of mailDomain')
    if (settings.receiptRuleSet !== undefined && settings.mailDomain === undefined) refuse('receiptRuleSet', 'has no meaning without mailDomain')
  })
  .transform((settings) => ({
    ...settings,
    mailAddress: settings.mailAddress ?? (settings.mailDomain === undefined ? undefined : `crm@${settings.mailDomain}`),
  }))
export type Settings = z.output<typeof Settings>

/** Settings as one writes them down, before defaults are filled in. */
export type SettingsInput = z.input<typeof Settings>

/** Every setting with its environment variable. */
const VARIABLES = {
  prefix: 'LEADLINE_PREFIX',
  issuer: 'LEADLINE_ISSUER',
  audience: 'LEADLINE_AUDIENCE',
  mailDomain: 'LEADLINE_MAIL_DOMAIN',
  mailAddress: 'LEADLINE_MAIL_ADDRESS',
  receiptRuleSet: 'LEADLINE_RECEIPT_RULE_SET',
  firstAdminEmail: 'LEADLINE_FIRST_ADMIN_EMAIL',
  webOrigins: 'LEADLINE_WEB_ORIGINS',
  itemLink: 'LEADLINE_ITEM_LINK',
  alarmEmail: 'LEADLINE_ALARM_EMAIL',
} as const satisfies Record<keyof SettingsInput, string>

/**
 * Reads and checks the settings. An empty value counts as left out; `webOrigins` are separated by commas.
 * @param context looks up a CDK context value by the setting's name
 * @throws an Error that names each bad setting and its variable
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>, context: (name: string) => unknown = () => undefined): Settings {
  const given: Record<string, unknown> = {}
  for (const [name, variable] of Object.entries(VARIABLES)) {
    const value = environment[variable] || context(name)
    if (value === undefined || value === '') continue
    given[name] = name === 'webOrigins' && typeof value === 'string' ? value.split(',').map((one) => one.trim()) : value
  }
  const checked = Settings.safeParse(given)
  if (checked.success) return checked.data
  const problems = checked.error.issues.map(({ path, message }) => `  ${String(path[0])} (${variableOf(path[0])}): ${message}`)
  throw new Error(`The settings of the deployment are not usable:\n${problems.join('\n')}`)
}

/** The settings as environment variables, for a child process that runs `node infra/app.ts`. */
export function settingsEnvironment(settings: SettingsInput): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined) environment[variableOf(name)] = Array.isArray(value) ? value.join(',') : value
  }
  return environment
}

/** Variable that names the folder the templates are written to. */
export const OUT_VARIABLE = 'LEADLINE_OUT'

/** Variable that names a folder with functions already built by build.ts, so that synthesis builds nothing itself. */
export const CODE_VARIABLE = 'LEADLINE_CODE'

function variableOf(name: PropertyKey | undefined): string {
  const known = Object.entries(VARIABLES).find(([setting]) => setting === name)
  return known === undefined ? String(name) : known[1]
}

function isTrustworthyIssuer(text: string): boolean {
  if (!URL.canParse(text) || text.endsWith('/')) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1')
}

function isItemLink(text: string): boolean {
  const example = text.replaceAll('{type}', 'deal').replaceAll('{id}', '88')
  if (!text.includes('{type}') || !text.includes('{id}') || !URL.canParse(example)) return false
  const { protocol, hostname } = new URL(example)
  return protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1')
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}
