import type { TestProject } from 'vitest/node'
import { startLocalHost, type Ready } from '../support/local-host.ts'

declare module 'vitest' {
  interface ProvidedContext {
    ready: Ready
  }
}

/** Starts the product once for all journeys, as a newcomer does; each journey makes the people and items it needs. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const host = await startLocalHost()
  project.provide('ready', host.ready)
  return async () => {
    await host.stop()
  }
}
