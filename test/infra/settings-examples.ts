import type { SettingsInput } from '../../infra/settings.ts'

/** The settings that the local host synthesizes with. */
export const ON_ONE_MACHINE: SettingsInput = {
  issuer: 'http://127.0.0.1:4000/_local/oidc',
  audience: 'leadline-local',
  mailDomain: 'leadline.example',
  firstAdminEmail: 'admin@leadline.example',
}

/** A company with everything: a user pool of its own, web clients, and a receipt rule set that other mail uses too. */
export const IN_AN_ACCOUNT: SettingsInput = {
  prefix: 'acme',
  mailDomain: 'crm.acme.example',
  mailAddress: 'hello@crm.acme.example',
  receiptRuleSet: 'company-mail',
  firstAdminEmail: 'boss@acme.example',
  webOrigins: ['https://crm.acme.example', 'http://localhost:5173'],
  alarmEmail: 'ops@acme.example',
}

/** A first try: nothing is set. */
export const WITHOUT_SETTINGS: SettingsInput = {}
