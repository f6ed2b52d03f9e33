import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FUNCTIONS, type FunctionRow } from '../../infra/functions.ts'
import { IN_AN_ACCOUNT, ON_ONE_MACHINE } from './settings-examples.ts'
import { synthesize, type Synthesized, type TemplateResource } from './synthesized.ts'

interface Statement {
  readonly Effect: string
  readonly Action: string | string[]
  readonly Resource: unknown
}

const product = await synthesize(ON_ONE_MACHINE)
const rows = FUNCTIONS.map((row) => ({ row, entry: row.entry, ...lookUp(product, row) }))

/** The error answers of the API tell of these. */
const isBehindTheApi = ({ trigger }: FunctionRow): boolean => trigger.kind === 'http' || trigger.kind === 'fallback'

describe('every function', () => {
  it.each(rows)('$entry runs on Node 24 and arm64 from the one asset, traced, with a log that forgets', ({ row, properties }) => {
    expect(properties).toMatchObject({
      Handler: `functions/${row.entry}.handler`,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.any(String) } },
    })
    const codes = new Set(rows.map((other) => JSON.stringify(other.properties['Code'])))
    expect(codes.size).toBe(1)
    const groups = product.ofType('AWS::Logs::LogGroup')
    expect(groups.every(({ Properties }) => Properties['RetentionInDays'] === 30)).toBe(true)
  })

  it.each(rows)('$entry knows of its surroundings what it needs and no more', ({ row, properties }) => {
    const { needs } = row
    const wanted = {
      TABLE_NAME: needs.table !== undefined,
      BUS_NAME: needs.bus !== undefined,
      MAIL_BUCKET: needs.mail !== undefined,
      FILES_BUCKET: needs.files !== undefined,
      MAIL_ADDRESS: needs.mailAddress === true,
      OIDC_ISSUER: needs.signIn === true,
      FIRST_ADMIN_EMAIL: needs.signIn === true,
      TOKEN_AUDIENCE: needs.tokenCheck === true,
      CONFIGURATION_SET: needs.sendsMail === true,
      MAILINGS_QUEUE_URL: needs.wakesMailings === true,
      API_ADDRESS: needs.apiAddress === true,
      SOCKET_ADDRESS: needs.connections === true,
    }
    const { Variables = {} } = (properties['Environment'] ?? {}) as { Variables?: Record<string, unknown> }
    expect(Object.keys(Variables).toSorted()).toEqual(
      Object.entries(wanted)
        .flatMap(([name, needed]) => (needed ? [name] : []))
        .toSorted(),
    )
  })

  it.each(rows)('$entry may do nothing by wildcard, and never scan the table', ({ statements }) => {
    const actions = statements.flatMap(({ Action }) => Action)
    expect(actions.filter((action) => action.includes('*') || /scan|partiql/i.test(action))).toEqual([])
  })

  it.each(rows)('$entry may touch all resources only where AWS knows no single ones', ({ statements }) => {
    const everywhere = statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action)
    expect(everywhere.filter((action) => !['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'dynamodb:ListStreams', 'ses:GetSendQuota'].includes(action))).toEqual([])
  })

  it.each(rows)('$entry reaches the table only if its row says so, and the indexes by name and only to query', ({ row, statements }) => {
    const onTable = statements.filter(({ Resource }) => JSON.stringify(Resource).includes('FnGetAttTable') && !JSON.stringify(Resource).includes('StreamArn'))
    const onIndexes = onTable.filter(({ Resource }) => JSON.stringify(Resource).includes('/index/'))
    expect(onTable.length > 0).toBe(row.needs.table !== undefined)
    expect(onIndexes.flatMap(({ Action }) => Action)).toEqual(row.needs.table === undefined ? [] : ['dynamodb:Query'])
    expect(JSON.stringify(onIndexes)).not.toContain('/index/*')
  })

  it.each(rows)('$entry says in a sentence what people notice while it fails, in its alarm unless the one of the API is its own', ({ row }) => {
    const told = product.ofType(isBehindTheApi(row) ? 'AWS::Lambda::Function' : 'AWS::CloudWatch::Alarm')
    const sentences = told.map(({ Properties }) => String(Properties['AlarmDescription'] ?? Properties['Description']))
    expect(sentences.some((sentence) => sentence.includes(row.userImpact))).toBe(true)
  })
})

describe('the alarms', () => {
  const alarms = product.ofType('AWS::CloudWatch::Alarm')

  it.each(alarms)('tell what a user suffers, tell somebody, and keep quiet while nothing happens', ({ Properties }) => {
    expect(Properties['AlarmDescription']).toMatch(/^[A-Z].{20,}\.$/)
    expect(Properties['AlarmActions']).toEqual([{ 'Fn::ImportValue': expect.stringMatching(/^leadline-alarms:/) }])
    expect(Properties['TreatMissingData']).toBe('notBreaching')
  })

  it('are few: above ten each costs money every month', () => {
    const streamReaders = FUNCTIONS.filter(({ trigger }) => trigger.kind === 'stream').length
    expect(alarms).toHaveLength(FUNCTIONS.filter((row) => !isBehindTheApi(row)).length + streamReaders + 1)
  })

  it('reach the address of the settings', async () => {
    const account = await synthesize(IN_AN_ACCOUNT)
    expect(account.ofType('AWS::SNS::Subscription').map(({ Properties }) => Properties)).toContainEqual({
      Protocol: 'email',
      Endpoint: 'ops@acme.example',
      TopicArn: { Ref: expect.any(String) },
    })
  })
})

describe('a function that nobody waits for', () => {
  it.each(rows.filter(({ row }) => row.trigger.kind === 'schedule'))('$entry puts what it could not do among dead letters', ({ properties }) => {
    expect(properties['DeadLetterConfig']).toEqual({ TargetArn: { 'Fn::GetAtt': [expect.stringContaining('DeadLetters'), 'Arn'] } })
  })
})

describe('an idle month', () => {
  it('has the alarms, polled queues and runs by the clock that the bill of infra/README.md counts', () => {
    const bill = readFileSync(new URL('../../infra/README.md', import.meta.url), 'utf8')
    const polled = product.ofType('AWS::Lambda::EventSourceMapping').filter(({ Properties }) => Properties['StartingPosition'] === undefined)
    const runs = FUNCTIONS.reduce((sum, { trigger }) => sum + (trigger.kind === 'schedule' ? (30 * 24 * 60) / trigger.everyMinutes : 0), 0)
    expect(bill).toContain(`${FUNCTIONS.length} functions, ${product.ofType('AWS::CloudWatch::Alarm').length} alarms, ${polled.length} queues that Lambda polls, and ${runs.toLocaleString('en')} runs by the clock`)
    for (const { entry, trigger } of FUNCTIONS) if (trigger.kind === 'schedule') expect(bill).toContain(`\`${entry}\``)
  })
})

/** A function of the templates with everything its role allows. */
function lookUp({ resources }: Synthesized, row: FunctionRow) {
  const found = [...resources.values()].find(
    ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties['Handler'] === `functions/${row.entry}.handler`,
  )
  if (found === undefined) throw new Error(`No template has a function for ${row.entry}`)
  const {
    'Fn::GetAtt': [role],
  } = found.Properties['Role'] as { 'Fn::GetAtt': [string, string] }
  return { properties: found.Properties, statements: [...resources.values()].filter((resource) => isPolicyOf(resource, role)).flatMap(statementsOf) }
}

function isPolicyOf({ Type, Properties }: TemplateResource, role: string): boolean {
  return Type === 'AWS::IAM::Policy' && JSON.stringify(Properties['Roles']) === JSON.stringify([{ Ref: role }])
}

function statementsOf({ Properties }: TemplateResource): Statement[] {
  return (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement
}
