/**
 * Reads along with what a client sends and tells the length of each frame as soon as its head is there (RFC 6455, 5.2). The library that
 * speaks the protocol bounds whole messages only; API Gateway bounds frames too.
 */
export function createFrameGauge(): (chunk: Uint8Array) => number {
  let head: number[] = []
  let left = 0

  return (chunk) => {
    let longest = 0
    let at = 0
    while (at < chunk.length) {
      if (left > 0) {
        const skipped = Math.min(left, chunk.length - at)
        left -= skipped
        at += skipped
        continue
      }
      head.push(chunk[at] ?? 0)
      at += 1
      const payload = payloadLength(head)
      if (payload === undefined) continue
      longest = Math.max(longest, payload)
      left = payload + maskLength(head)
      head = []
    }
    return longest
  }
}

/** Undefined while the head is not whole. */
function payloadLength(head: readonly number[]): number | undefined {
  if (head.length < 2) return undefined
  const short = (head[1] ?? 0) & 0x7f
  if (short < 126) return short
  const bytes = short === 126 ? 2 : 8
  if (head.length < 2 + bytes) return undefined
  return head.slice(2).reduce((length, byte) => length * 256 + byte, 0)
}

function maskLength(head: readonly number[]): number {
  return ((head[1] ?? 0) & 0x80) === 0 ? 0 : 4
}
