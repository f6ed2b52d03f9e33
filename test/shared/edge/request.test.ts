import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { inputOf } from '../../../shared/edge/request.ts'
import { problemOf } from '../../support/problems.ts'

const sentWith = (header?: string): APIGatewayProxyEventV2 => ({ headers: header === undefined ? {} : { 'if-match': header }, rawQueryString: '' }) as unknown as APIGatewayProxyEventV2

describe('ITM-6: If-Match', () => {
  it.each([
    [undefined, {}],
    ['*', {}],
    ['"3"', { ifMatch: 3 }],
    [' "17" ', { ifMatch: 17 }],
  ])('%s means a version where one is taken', (header, input) => {
    expect(inputOf({ takesIfMatch: true }, sentWith(header))).toEqual(input)
  })

  it.each(['W/"3"', '3', '"x"', '"1", "2"', ''])('%s is no version of ours', async (header) => {
    expect(await problemOf((async () => inputOf({ takesIfMatch: true }, sentWith(header)))())).toMatchObject({ status: 412, code: 'request.if_match' })
  })

  it.each(['W/"3"', '"3"', 'anything'])('%s means nothing where nothing has a version', (header) => {
    expect(inputOf({}, sentWith(header))).toEqual({})
  })
})
