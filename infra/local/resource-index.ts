import type { Host, Resource } from './contract.ts'

/** Finds the template's resources by type, ARN and name. */
export function createResourceIndex(resources: readonly Resource[]): Pick<Host, 'resources' | 'resourceByArn' | 'resourceByName'> {
  const byType = Map.groupBy(resources, ({ type }) => type)
  const byArn = new Map(resources.filter(({ arn }) => arn !== '').map((resource) => [resource.arn, resource]))
  return {
    resources: (type) => byType.get(type) ?? [],
    resourceByArn: (arn) => byArn.get(arn),
    resourceByName: (type, name) => byType.get(type)?.find((resource) => resource.name === name),
  }
}
