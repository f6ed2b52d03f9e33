import { describe, expect, it } from 'vitest'
import { FUNCTIONS } from '../../infra/functions.ts'
import { ON_ONE_MACHINE } from './settings-examples.ts'
import { synthesize } from './synthesized.ts'

const local = await synthesize(ON_ONE_MACHINE)

describe('the WebSocket API', () => {
  it('leads everything to one function, and asks the authorizer on $connect alone, without an identity source', () => {
    expect(local.only('AWS::ApiGatewayV2::Api', 'socket')).toMatchObject({ ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' })
    const routes = local.ofType('AWS::ApiGatewayV2::Route', 'socket').map(({ Properties }) => [Properties['RouteKey'], Properties['AuthorizationType'], 'AuthorizerId' in Properties])
    expect(routes.toSorted()).toEqual([['$connect', 'CUSTOM', true], ['$default', 'NONE', false], ['$disconnect', 'NONE', false]])
    expect(local.only('AWS::ApiGatewayV2::Authorizer', 'socket')).toMatchObject({ AuthorizerType: 'REQUEST', IdentitySource: [] })
  })

  it('hands back what the function answers to a message, so that an answer takes no call of its own', () => {
    const [id = '', messages] = [...local.resources].find(([, { Type, Properties }]) => Type === 'AWS::ApiGatewayV2::Route' && Properties['RouteKey'] === '$default' && Properties['RouteResponseSelectionExpression'] !== undefined) ?? []
    expect(messages?.Properties).toMatchObject({ RouteResponseSelectionExpression: '$default' })
    expect(local.only('AWS::ApiGatewayV2::RouteResponse', 'socket')).toMatchObject({ RouteResponseKey: '$default', RouteId: { Ref: id.split('/')[1] } })
  })

  it('may call its two functions, the authorizer only as that', () => {
    const sources = local.ofType('AWS::Lambda::Permission', 'socket').filter(({ Properties }) => Properties['Principal'] === 'apigateway.amazonaws.com').map(({ Properties }) => JSON.stringify(Properties['SourceArn']))
    expect(sources).toHaveLength(2)
    expect(sources.filter((source) => source.includes('/authorizers/'))).toHaveLength(1)
  })

  it('limits how fast messages come', () => {
    expect(local.only('AWS::ApiGatewayV2::Stage', 'socket')).toMatchObject({ StageName: 'ws', AutoDeploy: true, DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 } })
  })

  it('is reached by those functions that say so, to send and to end, and by no others', () => {
    const senders = local.ofType('AWS::IAM::Policy').filter(({ Properties }) => JSON.stringify(Properties).includes('execute-api:ManageConnections'))
    expect(senders).toHaveLength(FUNCTIONS.filter(({ needs }) => needs.connections === true).length)
    for (const { Properties } of senders) {
      expect(JSON.stringify(Properties)).toMatch(/\/ws\/POST\/@connections\/\*/)
      expect(JSON.stringify(Properties)).toMatch(/\/ws\/DELETE\/@connections\/\*/)
      expect(JSON.stringify(Properties)).not.toMatch(/\/ws\/GET\//)
    }
  })
})

describe('events of the bus', () => {
  it('reach the function for notifications through a queue that keeps them', () => {
    const rules = local.ofType('AWS::Events::Rule', 'events').map(({ Properties }) => Properties).filter(({ EventPattern }) => JSON.stringify(EventPattern ?? {}).includes('chat.mentioned'))
    expect(rules).toHaveLength(1)
    expect(rules[0]).toMatchObject({ EventPattern: { source: ['leadline'], 'detail-type': expect.arrayContaining([{ wildcard: '*.updated' }, 'chat.mentioned']) }, Targets: [{ Arn: { 'Fn::GetAtt': [expect.stringContaining('NotificationsOnEvent'), 'Arn'] } }] })
  })

  it('are looked at every minute for connections whose token has ended', () => {
    expect(local.ofType('AWS::Events::Rule', 'socket').map(({ Properties }) => Properties['ScheduleExpression'])).toEqual(['rate(1 minute)'])
  })
})
