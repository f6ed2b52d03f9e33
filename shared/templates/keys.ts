import type { Key } from '../platform/table.ts'

/** The list of templates, the newest last: their ids begin with the time. */
export const TEMPLATES_PARTITION = 'MAILTEMPLATES'

export function templateKey(id: string): Key {
  return { pk: TEMPLATES_PARTITION, sk: id }
}

/** What one version of a template says. Never changed; a mailing names the version it began with. */
export function contentKey(id: string, version: number): Key {
  return { pk: `MAILTEMPLATE#${id}`, sk: `V#${version}` }
}
