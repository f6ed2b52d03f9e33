import { Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/** Says that a finding of the security rules (cdk-nag, AwsSolutions) is meant to be so, here and below, and why. */
export function acknowledge(scope: IConstruct, rule: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions-${rule}`, reason })
}
