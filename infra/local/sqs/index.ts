import { AwsError } from '../contract.ts'
import type { AwsAnswer, AwsCall, Host, Service, SqsDoor } from '../contract.ts'
import { jsonAnswer } from '../aws-wire.ts'
import { actions, queueNameOf } from './actions.ts'
import { sqsErrorAnswer } from './errors.ts'
import { queuesAtWork } from './queues-at-work.ts'
import { queuesOf } from './queues.ts'
import type { Queue } from './queues.ts'
import { membersOf, text } from './request.ts'
import { createTables, dropExpired, nextVisibleAt } from './rows.ts'
import { createWaiting } from './waiting.ts'

/** How often messages past their retention are dropped. */
const sweepMs = 60_000

/**
 * SQS: the queues of the template, standard and FIFO, over the AWS JSON protocol. Messages are rows of the host's store, so a
 * sent message outlives a kill, and one in flight becomes visible again when its timeout is over, restart or not.
 */
export function createSqs(host: Host): Service & SqsDoor {
  const now = (): number => host.now().getTime()
  const waiting = createWaiting((queueArn) => nextVisibleAt(host.store, queueArn, now()), now)
  const queues = queuesAtWork(host, waiting, now())
  let known: ReadonlyMap<string, Queue> = new Map()
  let sweep: NodeJS.Timeout | undefined

  const queueByArn = (arn: string): Queue => {
    const queue = known.get(arn)
    if (queue === undefined) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.')
    return queue
  }
  const arnOf = (name: string): string => `arn:aws:sqs:${host.region}:${host.accountId}:${name}`
  const drop = (): void => dropExpired(host.store, [...known.values()].map(({ arn, retentionSeconds }) => ({ queue: arn, seconds: retentionSeconds })), now())

  const run = async (call: AwsCall): Promise<AwsAnswer> => {
    const target = call.headers['x-amz-target'] ?? ''
    const name = target.slice(target.lastIndexOf('.') + 1)
    const members = membersOf(call.body)
    if (name === 'GetQueueUrl') {
      const wanted = arnOf(text(members, 'QueueName'))
      host.authorise(call, 'sqs:GetQueueUrl', wanted)
      return jsonAnswer('sqs', { QueueUrl: `${host.origin}/${host.accountId}/${queueByArn(wanted).name}` })
    }
    const action = target.startsWith('AmazonSQS.') && Object.hasOwn(actions, name) ? actions[name] : undefined
    if (action === undefined) throw new AwsError('UnknownOperationException', `The local host has no operation ${name} of SQS.`)
    const arn = arnOf(queueNameOf(members))
    // Grants first: a function without one learns nothing of the queue, and a missing grant shows by its own name.
    host.authorise(call, action.grant, arn)
    return jsonAnswer('sqs', await action.run(queues, queueByArn(arn), members, call))
  }

  return {
    name: 'sqs',
    async start() {
      createTables(host.store)
      known = queuesOf(host)
      drop()
      sweep = setInterval(drop, sweepMs).unref()
      for (const { arn } of known.values()) {
        const at = nextVisibleAt(host.store, arn, now())
        if (at !== undefined) waiting.announceAt(arn, at)
      }
    },
    async stop() {
      clearInterval(sweep)
      waiting.stop()
    },
    async handle(call) {
      try {
        return await run(call)
      } catch (problem) {
        if (problem instanceof AwsError) return sqsErrorAnswer(problem)
        throw problem
      }
    },
    send(queueArn, message) {
      const { messageId } = queues.send(queueByArn(queueArn), message, { SenderId: host.accountId })
      return { messageId }
    },
    receive: (queueArn, most) => [...queues.receive(queueByArn(queueArn), most)],
    remove: (queueArn, receiptHandle) => queues.remove(queueByArn(queueArn), receiptHandle),
    changeVisibility: (queueArn, receiptHandle, seconds) => queues.hide(queueByArn(queueArn), receiptHandle, seconds),
    onMessage: (queueArn, wake) => waiting.onMessage(queueArn, wake),
  }
}
