import { describe, expect, it } from 'vitest'
import { readSettings, settingsEnvironment, type SettingsInput } from '../../infra/settings.ts'
import { IN_AN_ACCOUNT } from './settings-examples.ts'

describe('the settings of a deployment', () => {
  it('may all be left out', () => {
    expect(readSettings({})).toEqual({ prefix: 'leadline', webOrigins: [] })
  })

  it('come from environment variables, and reach a child process unchanged', () => {
    const settings = readSettings(settingsEnvironment(IN_AN_ACCOUNT))
    expect(settings).toEqual(IN_AN_ACCOUNT)
    expect(readSettings(settingsEnvironment(settings))).toEqual(settings)
  })

  it('come from the CDK context too, and a variable wins over it', () => {
    const context: Record<string, unknown> = { mailDomain: 'context.example', prefix: 'context', webOrigins: ['https://context.example'] }
    expect(readSettings({ LEADLINE_PREFIX: 'variable' }, (name) => context[name])).toMatchObject({
      prefix: 'variable',
      mailDomain: 'context.example',
      webOrigins: ['https://context.example'],
    })
  })

  it('take an empty variable as left out', () => {
    expect(readSettings({ LEADLINE_ISSUER: '', LEADLINE_WEB_ORIGINS: '' })).toEqual(readSettings({}))
  })

  it('give the CRM the address crm@ of the mail domain unless another is set', () => {
    expect(readSettings({ LEADLINE_MAIL_DOMAIN: 'acme.example' }).mailAddress).toBe('crm@acme.example')
  })

  it('take a plain http issuer from this machine alone', () => {
    const audience = { LEADLINE_AUDIENCE: 'leadline-local' }
    expect(readSettings({ ...audience, LEADLINE_ISSUER: 'http://127.0.0.1:4000/_local/oidc' }).issuer).toBe('http://127.0.0.1:4000/_local/oidc')
    for (const address of [
      'http://login.acme.example',
      'http://localhost:4000',
      'http://127.0.0.1.acme.example',
      'login.acme.example',
      'https://login.acme.example/',
    ]) {
      expect(() => readSettings({ ...audience, LEADLINE_ISSUER: address })).toThrow(/issuer \(LEADLINE_ISSUER\): must be an https address/)
    }
  })

  const mistakes: readonly [string, SettingsInput, RegExp][] = [
    ['an issuer without an audience', { issuer: 'https://login.acme.example' }, /LEADLINE_AUDIENCE/],
    ['an audience without an issuer', { audience: 'crm' }, /LEADLINE_AUDIENCE/],
    ['a mail address of another domain', { mailDomain: 'acme.example', mailAddress: 'crm@other.example' }, /LEADLINE_MAIL_ADDRESS/],
    ['a mail address without a domain', { mailAddress: 'crm@acme.example' }, /LEADLINE_MAIL_ADDRESS/],
    ['a receipt rule set without a domain', { receiptRuleSet: 'company-mail' }, /LEADLINE_RECEIPT_RULE_SET/],
    ['a link to items that does not say which', { itemLink: 'https://crm.acme.example/{type}' }, /LEADLINE_ITEM_LINK/],
    ['a link to items without encryption', { itemLink: 'http://crm.acme.example/{type}/{id}' }, /LEADLINE_ITEM_LINK/],
    ['a web origin with a path', { webOrigins: ['https://acme.example/crm'] }, /LEADLINE_WEB_ORIGINS/],
    ['a prefix that no stack may have', { prefix: 'Acme CRM' }, /LEADLINE_PREFIX/],
    ['an address that is none', { firstAdminEmail: 'boss' }, /LEADLINE_FIRST_ADMIN_EMAIL/],
  ]
  it.each(mistakes)('refuse %s and name the variable', (_, settings, named) => {
    expect(() => readSettings(settingsEnvironment(settings))).toThrow(named)
  })
})
