import { Duration } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import type { Construct } from 'constructs'
import type { ProductFunction } from './product-function.ts'

/** Calls a function again and again. */
export function callEvery(scope: Construct, made: ProductFunction, minutes: number): void {
  new Rule(scope, `${made.node.id}Schedule`, { schedule: Schedule.rate(Duration.minutes(minutes)), targets: [new LambdaFunction(made.function)] })
}
