import type { Blobs } from '../platform/blobs.ts'
import type { Ctx } from '../workspace/index.ts'
import type { FileHolder } from './file.ts'

/** What files need besides the table. Items carry files, so files know nothing of items: who may read one is asked through a port. */
export interface FilePorts {
  readonly blobs: Blobs
  /** Those of the items that the actor may read, as they stand now. */
  readable(ctx: Ctx, items: readonly FileHolder[]): Promise<readonly FileHolder[]>
}
