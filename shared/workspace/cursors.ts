import { openCursor, openSecretly, sealCursor, sealSecretly } from '../kernel/cursor.ts'
import type { Ctx } from './context.ts'
import { signingKeyOf } from './signing.ts'

/** The cursors of one list for one caller; to anybody else, and at another list, they are worth nothing. */
export interface Cursors {
  /** The place at which a page begins; undefined without a cursor: at the list's begin. Throws 400 `cursor.invalid` for one that does not belong here. */
  open(cursor: string | undefined): string | undefined
  /** The `nextCursor` of a page: null where there is no place to go on at. */
  seal(place: string | number | undefined): string | null
}

/** The cursors of a list (API-4). `list` names all that must not change between two pages: which list, of what, with which filter. */
export function cursorsOf(ctx: Ctx, list: string): Cursors {
  return cursorsBy({ open: openCursor, seal: sealCursor }, ctx, list)
}

/** The cursors of a list whose pages may end at something that the caller may not see: nobody can read the place (ACC-9). */
export function secretCursorsOf(ctx: Ctx, list: string): Cursors {
  return cursorsBy({ open: openSecretly, seal: sealSecretly }, ctx, list)
}

interface Way {
  open(key: Uint8Array, purpose: string, cursor: string): string
  seal(key: Uint8Array, purpose: string, place: string): string
}

function cursorsBy(way: Way, ctx: Ctx, list: string): Cursors {
  const key = signingKeyOf(ctx.workspace)
  const purpose = `${ctx.actor.userId} ${list}`
  return {
    open: (cursor) => (cursor === undefined ? undefined : way.open(key, purpose, cursor)),
    seal: (place) => (place === undefined ? null : way.seal(key, purpose, String(place))),
  }
}
