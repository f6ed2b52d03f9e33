import type { Key } from '../platform/table.ts'

/** A person's own form of a type, beside the person: it is nobody else's, so it does not move the workspace's version. */
export function personalFormKey(userId: string, type: string): Key {
  return { pk: `USER#${userId}`, sk: `FORM#${type}` }
}
