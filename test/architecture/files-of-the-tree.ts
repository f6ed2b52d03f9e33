import { readdirSync } from 'node:fs'

/** The repository's folder, with a slash at its end. */
export const root = new URL('../..', import.meta.url).pathname

const rooms = ['shared', 'functions', 'infra', 'test']

/** Every file that belongs to the repository, by its path from the root; what is installed, built or kept by a local start is not among them. */
export function filesOfTheTree(): string[] {
  const below = rooms.flatMap((room) => readdirSync(root + room, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => `${one.parentPath}/${one.name}`.slice(root.length)))
  const top = readdirSync(root, { withFileTypes: true }).filter((one) => one.isFile()).map(({ name }) => name)
  return [...top, ...below].toSorted()
}
