import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import type { IConstruct } from 'constructs'
import { describe, expect, it } from 'vitest'
import { IN_AN_ACCOUNT, ON_ONE_MACHINE, WITHOUT_SETTINGS } from './settings-examples.ts'
import { aProduct } from './synthesized.ts'

/** The rules, told to hear no excuse. */
class WithoutAcknowledgements extends AwsSolutionsChecks {
  // Private in cdk-nag, hence by assignment.
  constructor() {
    super()
    Object.assign(this, { isAcknowledged: () => false })
  }
}

describe.each([
  ['on one machine', ON_ONE_MACHINE],
  ['in an account', IN_AN_ACCOUNT],
  ['without any setting', WITHOUT_SETTINGS],
])('the product %s', async (_, settings) => {
  const { app, outFolder } = await aProduct(settings)
  // Before synthesis, since afterwards a reference to another stack no longer names the bucket that a reason is given for.
  const findings = new AwsSolutionsChecks().validateScope(app).violations
  const unexcused = new WithoutAcknowledgements().validateScope(app).violations
  const acknowledged = acknowledgementsIn(app)

  it('keeps the AwsSolutions rules of cdk-nag, or says why not', () => {
    expect(findings.map(({ ruleName, violatingResources }) => [ruleName, violatingResources.map(({ constructPath }) => constructPath)])).toEqual([])
  })

  it('gives a reason in words for every rule it does not keep', () => {
    expect(acknowledged.length).toBeGreaterThan(0)
    for (const { reason } of acknowledged) expect(reason).toMatch(/^[A-Z].{30,}\.$/)
  })

  it('excuses nothing that needs no excuse', () => {
    const needed = unexcused.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => ({ rule: ruleName, constructPath })),
    )
    const idle = acknowledged.filter(({ rule, at }) => !needed.some((one) => one.rule === rule && `${one.constructPath}/`.startsWith(`${at}/`)))
    expect(idle).toEqual([])
  })

  it("passes CloudFormation's own checks, and warns when nobody would be able to sign in", async () => {
    app.synth()
    const { pluginReports } = JSON.parse(await readFile(path.join(outFolder, 'validation-report.json'), 'utf8')) as {
      pluginReports: { violations: { ruleName: string }[] }[]
    }
    const rules = pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName))
    expect(rules).toEqual('firstAdminEmail' in settings ? [] : ['Annotation::leadline:no-first-administrator'])
  })
})

function acknowledgementsIn(root: IConstruct): { at: string; rule: string; reason: string }[] {
  return root.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.entries<string>(data).map(([id, reason]) => ({ at: node.path, rule: id.replace(/^annotation::/i, ''), reason }))),
    )
}
