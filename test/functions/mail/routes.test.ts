import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { routes } from '../../../functions/mail/routes.ts'

describe('the routes of mail', () => {
  it('are those of the API', () => {
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/mail/settings',
      'PUT /v1/mail/settings',
      'GET /v1/mail/messages/{id}',
      'GET /v1/mail/messages/{id}/raw',
      'GET /v1/mail/messages/{id}/attachments/{n}',
      'POST /v1/mail/messages/{id}/assign',
      'POST /v1/mail/messages/{id}/replay',
      'GET /v1/mail/unsorted',
    ])
    expect(routes.some((route) => route.public)).toBe(false)
  })

  it('can be read without the AWS SDK and the readers of mail', () => {
    const script = `
      import { registerHooks } from 'node:module'
      const loaded = []
      registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context) } })
      await import(${JSON.stringify(new URL('../../../functions/mail/routes.ts', import.meta.url).href)})
      console.log(JSON.stringify(loaded.filter((url) => /node_modules\\/(?:@aws-sdk|@smithy|postal-mime|sanitize-html)/.test(url))))`
    expect(JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }))).toEqual([])
  })
})
