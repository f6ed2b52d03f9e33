import { WebSocketServer } from 'ws'

/** What the chat is measured against: a server that sends whatever comes to everybody, and stores nothing. Prints its port. */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    for (const client of server.clients) client.send(String(data))
  })
})
server.on('listening', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : ''}\n`)
})
