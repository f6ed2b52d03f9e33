import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { createFunctions, type Surroundings } from '../constructs/product-functions.ts'
import { StreamReader } from '../constructs/stream-reader.ts'

export interface EventsStackProps extends StackProps {
  readonly busName: string
  readonly surroundings: Surroundings
  readonly failures: Bucket
}

/** What follows from a change: the table's stream feeds the projections, and the bus that other automations listen to. */
export class EventsStack extends Stack {
  constructor(scope: Construct, id: string, { busName, surroundings, failures, ...props }: EventsStackProps) {
    super(scope, id, props)
    const bus = new EventBus(this, 'Bus', { eventBusName: busName })
    for (const made of createFunctions(this, 'events', { ...surroundings, bus })) {
      const { trigger } = made.row
      if (trigger.kind !== 'stream') continue
      new StreamReader(this, `${made.node.id}Changes`, {
        reader: made,
        table: surroundings.table.table,
        rowKinds: trigger.rowKinds,
        failures,
        alarmTopic: surroundings.alarmTopic,
      })
    }
    new CfnOutput(this, 'BusName', { value: bus.eventBusName, description: 'Put your own rules on it' })
  }
}
