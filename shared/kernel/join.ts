/**
 * One reading for all who ask while another is under way: everybody gets one that began after they asked, and there are never two at the same time.
 */
export function joined<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<T> | undefined
  const begin = (): Promise<T> => {
    next = undefined
    const reading = read()
    running = reading.catch(() => undefined)
    return reading
  }
  return () => (next ??= running.then(begin))
}
