import type { IncomingMessage } from 'node:http'

/** Where a request goes. */
export interface Address {
  /** Percent-encoded, as it was sent or as a web address would be put in order (`/a/../b`). */
  readonly path: string
  readonly query: URLSearchParams
}

/** Segments without dots at their beginning, so that there is nothing to put in order. */
const plainPath = /^(?:\/[\w@=~+:,%-][\w@=~+:,%.-]*)*\/?$/

/** The address of a request, or undefined for one that cannot be read (`/%ff`). Nearly all are plain, and reading those as web addresses would take longer than some calls take as a whole. */
export function addressOf(request: IncomingMessage): Address | undefined {
  const target = request.url?.startsWith('/') === true ? request.url : '/'
  const cut = target.indexOf('?')
  const path = cut < 0 ? target : target.slice(0, cut)
  if (!plainPath.test(path) || target.includes('#')) return addressOfAny(target)
  if (!canBeDecoded(path)) return undefined
  let query: URLSearchParams | undefined
  return {
    path,
    get query() {
      return (query ??= new URLSearchParams(cut < 0 ? '' : target.slice(cut)))
    },
  }
}

function addressOfAny(target: string): Address | undefined {
  if (!URL.canParse(`http://host${target}`)) return undefined
  const { pathname, searchParams } = new URL(`http://host${target}`)
  return canBeDecoded(pathname) ? { path: pathname, query: searchParams } : undefined
}

function canBeDecoded(path: string): boolean {
  if (!path.includes('%')) return true
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
