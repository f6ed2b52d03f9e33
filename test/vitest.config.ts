import { defineConfig } from 'vitest/config'

const root = new URL('..', import.meta.url).pathname
const common = { root, testTimeout: 60_000, hookTimeout: 120_000, expect: { poll: { timeout: 10_000 } } }

/** Journeys share one running host; everything else starts what it needs by itself. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...common, name: 'parts', include: ['test/**/*.test.ts'], exclude: ['test/journeys/**'] } },
      { test: { ...common, name: 'journeys', include: ['test/journeys/**/*.test.ts'], globalSetup: ['test/journeys/start-host.ts'] } },
    ],
  },
})
