import type { Proof } from '../registry.ts'
import { countTogether } from './counting.ts'
import { linkTogether } from './linking.ts'

const STEPS = 1000
const LINK_CHANGES = 1000

/** Many at once on the same items: nothing is lost, and both ends of every link agree. `runs` are the steps and the changes of links. */
export const proveItems: Proof = {
  about: '64 writers on one item, and links made and ended from both sides at the same time',
  async *prove({ runs, seed }) {
    yield await countTogether(runs ?? STEPS)
    yield await linkTogether(runs ?? LINK_CHANGES, seed)
  },
}
