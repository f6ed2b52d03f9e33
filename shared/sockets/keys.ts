import type { Key } from '../platform/table.ts'

/** All sockets of the company lie together, so that one query finds those of any number of people. */
export const SOCKETS = 'SOCKETS'

/** When the token of a connection ends. Short, and the row has no kind, so that 74 rows of 55 bytes fill the 4 KB of a read unit. */
export const UNTIL = 'u'
/** The same of a connection that takes several events in one message: what a row says by the name costs no bytes. */
export const TOGETHER_UNTIL = 't'
/** When a connection was first found not to be there, in seconds since 1970. */
export const MISSED = 'm'

export function socketKey(userId: string, connectionId: string): Key {
  return { pk: SOCKETS, sk: `${socketPrefix(userId)}${connectionId}` }
}

export function socketPrefix(userId: string): string {
  return `${userId}#`
}

/** What a connection has on screen, by type: a change of an item asks here who wants to hear of it. */
export function onScreenKey(type: string, userId: string, connectionId: string): Key {
  return { pk: onScreenPartition(type), sk: `${socketPrefix(userId)}${connectionId}` }
}

export function onScreenPartition(type: string): string {
  return `ONSCREEN#${type}`
}

/** A ticket is kept by its hash: who reads the table cannot connect with it. */
export function ticketKey(hash: string): Key {
  return { pk: `TICKET#${hash}`, sk: 'TICKET' }
}
