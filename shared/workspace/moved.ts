/** The workspace changed while a request worked with an older one: the work is repeated with the newer. */
export class WorkspaceMoved extends Error {
  constructor() {
    super('The workspace has a newer version.')
    this.name = 'WorkspaceMoved'
  }
}
