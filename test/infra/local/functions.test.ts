import { describe, expect, it, onTestFinished } from 'vitest'
import { createFunctions } from '../../../infra/local/functions.ts'
import type { Functions, FunctionSurroundings } from '../../../infra/local/functions.ts'
import { aFolder } from '../../support/a-folder.ts'
import { aResource } from '../../support/a-host.ts'
import { anAssembly } from '../../support/an-assembly.ts'

const arn = 'arn:aws:lambda:eu-west-1:000000000000:function:worker'

interface Made {
  readonly functions: Functions
  readonly lines: string[]
  call(event: unknown): ReturnType<Functions['invoke']>
}

/** Functions of one module whose handler is given as source text. */
async function aFunction(source: string, properties: Record<string, unknown> = {}, more: Partial<FunctionSurroundings> = {}): Promise<Made> {
  const folder = await anAssembly(await aFolder(), {}, { 'functions/test/worker.mjs': source })
  const lines: string[] = []
  const functions = createFunctions({
    place: { region: 'eu-west-1', accountId: '000000000000', origin: 'http://127.0.0.1:4000' },
    functions: [aResource({ type: 'AWS::Lambda::Function', name: 'worker', properties: { Handler: 'functions/test/worker.handler', Runtime: 'nodejs24.x', ...properties } })],
    codeFolder: () => `${folder}/asset.code`,
    credentialsOf: () => ({ accessKeyId: 'ASIAWORKER', secretAccessKey: 'secret' }),
    around: (_name, run) => run(),
    began: () => () => undefined,
    log: (line) => void lines.push(line),
    verbose: false,
    ...more,
  })
  onTestFinished(() => functions.stop())
  return { functions, lines, call: (event) => functions.invoke(arn, event) }
}

describe('a function', () => {
  it('gets the event and a context and answers', async () => {
    const { call } = await aFunction(`export const handler = async (event, context) => ({
      twice: event.n * 2, name: context.functionName, arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis() > 500, id: context.awsRequestId.length })`)
    expect(await call({ n: 21 })).toEqual({ ok: true, payload: { twice: 42, name: 'worker', arn, left: true, id: 36 } })
  })

  it('sees its own environment and nothing of the host’s', async () => {
    const { call } = await aFunction(`export const handler = async () => process.env`, {
      Environment: { Variables: { TABLE_NAME: 'main', CALLBACK: 'https://abc123.execute-api.eu-west-1.amazonaws.com/live' } },
    })
    const outcome = await call({})
    expect(outcome).toMatchObject({
      payload: { TABLE_NAME: 'main', CALLBACK: 'http://127.0.0.1:4000/live', AWS_ENDPOINT_URL: 'http://127.0.0.1:4000', AWS_ACCESS_KEY_ID: 'ASIAWORKER', AWS_LAMBDA_FUNCTION_NAME: 'worker' },
    })
    expect(outcome.ok && outcome.payload).not.toHaveProperty('PATH')
  })

  it('keeps its module between invocations and interleaves those that wait', async () => {
    const { call } = await aFunction(`let open = 0, most = 0
      export const handler = async () => { open++; most = Math.max(most, open); await new Promise(r => setTimeout(r, 50)); open--; return most }`)
    await Promise.all([call({}), call({}), call({})])
    expect(await call({})).toEqual({ ok: true, payload: 3 })
  })

  it('fails with its error and stays alive', async () => {
    const { call, lines } = await aFunction(`let calls = 0; class NoLuck extends Error { name = 'NoLuck' }
      export const handler = async (event) => { calls++; if (event.bad) throw new NoLuck('not today'); return calls }`)
    expect(await call({ bad: true })).toEqual({ ok: false, errorType: 'NoLuck', errorMessage: 'not today', timedOut: false })
    expect(await call({})).toEqual({ ok: true, payload: 2 })
    expect(lines.join('\n')).toContain('not today')
  })

  it('that crashes its thread fails what ran there, and the next invocation starts anew', async () => {
    const { call } = await aFunction(`let calls = 0
      export const handler = async (event) => { calls++; if (event.crash) { setTimeout(() => { throw new Error('boom') }); await new Promise(() => {}) } ; return calls }`)
    expect(await call({})).toEqual({ ok: true, payload: 1 })
    expect(await call({ crash: true })).toMatchObject({ ok: false, errorMessage: 'boom' })
    expect(await call({})).toEqual({ ok: true, payload: 1 })
  })

  it('that crashes by a rejection nobody handles does not take the host with it', async () => {
    const { call } = await aFunction(`export const handler = async () => { Promise.reject(new Error('unheard')); await new Promise(() => {}) }`)
    expect(await call({})).toMatchObject({ ok: false, errorMessage: 'unheard' })
  })

  it('that takes too long is stopped, even in an endless loop', async () => {
    const { call } = await aFunction(`export const handler = async (event) => { while (event.loop); return 'fine' }`, { Timeout: 1 })
    expect(await call({ loop: true })).toEqual({ ok: false, errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 1.00 seconds', timedOut: true })
    expect(await call({})).toEqual({ ok: true, payload: 'fine' })
  })

  it('that is killed fails, and comes back', async () => {
    const { call, functions } = await aFunction(`export const handler = async (event) => { if (event.wait) await new Promise(() => {}); return 'back' }`)
    await call({})
    const waiting = call({ wait: true })
    setTimeout(() => functions.kill('worker'), 50)
    expect(await waiting).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' })
    expect(await call({})).toEqual({ ok: true, payload: 'back' })
  })

  it('whose module is broken says so each time', async () => {
    const { call } = await aFunction(`import 'nowhere-to-be-found'; export const handler = async () => 1`)
    expect(await call({})).toMatchObject({ ok: false, errorType: 'Runtime.ImportModuleError' })
    expect(await call({})).toMatchObject({ ok: false, errorType: 'Runtime.ImportModuleError' })
  })

  it('that exports no handler says so', async () => {
    const { call } = await aFunction(`export const other = 1`)
    expect(await call({})).toMatchObject({ ok: false, errorType: 'Runtime.HandlerNotFound' })
  })

  it('neither takes nor gives more than six megabytes', async () => {
    const { call } = await aFunction(`export const handler = async (event) => 'x'.repeat(event.length)`)
    expect(await call({ text: 'x'.repeat(6 * 1024 * 1024) })).toMatchObject({ ok: false, errorType: 'RequestTooLargeException' })
    expect(await call({ length: 6 * 1024 * 1024 })).toMatchObject({ ok: false, errorType: 'Function.ResponseSizeTooLarge' })
  })

  it('shows warnings and errors in the terminal and keeps the rest to itself', async () => {
    const { call, lines } = await aFunction(`export const handler = async () => {
      console.log(JSON.stringify({ level: 'INFO', message: 'quiet' })); console.log(JSON.stringify({ level: 'ERROR', message: 'loud' })); return 1 }`)
    await call({})
    await expect.poll(() => lines).toEqual(['[worker] {"level":"ERROR","message":"loud"}'])
  })

  it('without a module in its asset stops the start by name', async () => {
    await expect(aFunction('', { Handler: 'functions/test/missing.handler' })).rejects.toThrow('has no module functions/test/missing')
  })
})
