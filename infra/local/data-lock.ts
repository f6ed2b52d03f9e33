import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Keeps a second host out of a data folder for as long as this one lives: two at once would deliver everything twice. The lock
 * is the operating system's, so that it falls with the process, however that ends.
 *
 * @throws Error when another host holds the folder
 */
export function lockDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true })
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'))
  try {
    lock.exec('begin exclusive')
  } catch (problem) {
    lock.close()
    throw new Error(`The data folder ${folder} is in use by another host; stop it or choose another folder with --data`, { cause: problem })
  }
  return () => lock.close()
}
