import type { Context } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { serveSchedule } from '../../../shared/edge/schedule.ts'

const context = { awsRequestId: 'r1', getRemainingTimeInMillis: () => 1234 } as Context

describe('a job that runs at its hours', () => {
  it('knows how much time is left', async () => {
    let left = 0
    await serveSchedule('mail/sweep', async (milliseconds) => {
      left = milliseconds()
      return { found: 0 }
    })({}, context)
    expect(left).toBe(1234)
  })

  it('fails where its job fails, so that somebody is told', async () => {
    const job = serveSchedule('mail/sweep', async () => {
      throw new AggregateError([new Error('one'), new Error('two')], '2 of 2 mails could not be taken in.')
    })
    await expect(job({}, context)).rejects.toThrow('2 of 2 mails could not be taken in.')
  })
})
