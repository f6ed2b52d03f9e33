/** Work that begins with the first call and is done once: every call gets what came of it, also that it failed. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  return () => (running ??= work())
}
