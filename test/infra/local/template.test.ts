import { describe, expect, it } from 'vitest'
import { loadTemplate } from '../../../infra/local/template.ts'
import { aFolder } from '../../support/a-folder.ts'
import { anAssembly, code } from '../../support/an-assembly.ts'
import type { Stacks } from '../../support/an-assembly.ts'

const place = { region: 'eu-west-1', accountId: '000000000000', origin: 'http://127.0.0.1:4000' }
const load = async (stacks: Stacks) => loadTemplate(await anAssembly(await aFolder(), stacks), place)

const one = (resource: unknown, more: Record<string, unknown> = {}): Stacks => ({ one: { Resources: { Thing: resource }, ...more } })

describe('the template that is played', () => {
  it('names resources as AWS does, references across stacks included', async () => {
    const { resources } = await load({
      data: {
        Resources: {
          Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: { 'Fn::Sub': '${AWS::StackName}-main' } } },
          MailBucket: { Type: 'AWS::S3::Bucket' },
        },
        Outputs: { Table: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] }, Export: { Name: 'data:Table' } } },
      },
      work: {
        Parameters: { Size: { Type: 'Number', Default: 7 } },
        Resources: {
          Queue: { Type: 'AWS::SQS::Queue' },
          Orders: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
          Worker: {
            Type: 'AWS::Lambda::Function',
            Properties: { Environment: { Variables: { QUEUE: { Ref: 'Queue' }, TABLE: { 'Fn::ImportValue': 'data:Table' }, SIZE: { Ref: 'Size' } } } },
          },
        },
      },
    })
    const byId = new Map(resources.map((resource) => [resource.logicalId, resource]))
    expect(byId.get('Table')).toMatchObject({ name: 'data-main', arn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/data-main', stack: 'data' })
    expect(byId.get('MailBucket')).toMatchObject({ name: 'data-mailbucket', arn: 'arn:aws:s3:::data-mailbucket' })
    expect(byId.get('Orders')?.name).toBe('work-Orders.fifo')
    expect(byId.get('Worker')?.properties['Environment']).toEqual({
      Variables: { QUEUE: 'http://127.0.0.1:4000/000000000000/work-Queue', TABLE: 'arn:aws:dynamodb:eu-west-1:000000000000:table/data-main', SIZE: 7 },
    })
  })

  it('leaves out what its conditions leave out', async () => {
    const { resources } = await load({
      one: {
        Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
        Resources: { Kept: { Type: 'AWS::SQS::Queue' }, Left: { Type: 'AWS::SQS::Queue', Condition: 'Never' } },
      },
    })
    expect(resources.map(({ logicalId }) => logicalId)).toEqual(['Kept'])
  })

  it('finds the folder of a function’s code', async () => {
    const template = await load({ one: { Resources: { Worker: { Type: 'AWS::Lambda::Function', Properties: { Code: code } } } } })
    const [func] = template.resources
    expect(func && template.codeFolder(func)).toMatch(/asset\.code$/)
  })

  it.each<[string, Stacks, string]>([
    ['a type', one({ Type: 'AWS::EC2::Instance' }), 'AWS::EC2::Instance (Thing in one)'],
    ['a resource that is missing', one({ Type: 'AWS::SQS::Queue', Properties: { X: { Ref: 'Nowhere' } } }), 'one has no resource Nowhere'],
    ['an attribute', one({ Type: 'AWS::SQS::Queue', Properties: { X: { 'Fn::GetAtt': ['Thing', 'Colour'] } } }), 'the attribute Colour of AWS::SQS::Queue'],
    ['an import that nobody exports', one({ Type: 'AWS::SQS::Queue', Properties: { X: { 'Fn::ImportValue': 'nobody' } } }), 'No stack exports nobody'],
    ['a parameter without default', one({ Type: 'AWS::SQS::Queue', Properties: { X: { Ref: 'P' } } }, { Parameters: { P: { Type: 'String' } } }), 'parameter P of one'],
    ['a name that needs itself', one({ Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::GetAtt': ['Thing', 'QueueName'] } } }), 'The name of Thing in one'],
  ])('stops at %s that it does not know, by name', async (_what, stacks, message) => {
    await expect(load(stacks)).rejects.toThrow(message)
  })

  it('stops at a folder that is no assembly', async () => {
    await expect(loadTemplate(await aFolder(), place)).rejects.toThrow('manifest.json cannot be read')
  })
})
