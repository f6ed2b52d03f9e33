import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { BusReader } from '../constructs/bus-reader.ts'
import { createFunctions, type Surroundings } from '../constructs/product-functions.ts'
import { StreamReader } from '../constructs/stream-reader.ts'
import { callEvery } from '../constructs/timetable.ts'

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
      const { alarmTopic } = surroundings
      if (trigger.kind === 'stream') new StreamReader(this, `${made.node.id}Changes`, { reader: made, table: surroundings.table.table, rowKinds: trigger.rowKinds, failures, alarmTopic })
      if (trigger.kind === 'bus') new BusReader(this, `${made.node.id}Events`, { reader: made, bus, detailTypes: trigger.detailTypes, alarmTopic })
      if (trigger.kind === 'schedule') callEvery(this, made, trigger.everyMinutes)
    }
    new CfnOutput(this, 'BusName', { value: bus.eventBusName, description: 'Put your own rules on it' })
  }
}
