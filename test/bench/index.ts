import { benchChat } from './chat.ts'
import { benchItems } from './items.ts'
import { benchLists } from './lists.ts'
import { benchMail } from './mail.ts'

/** `npm run bench -- <name>`: what the product's operations cost in calls and units (exact) and time (of this machine). */
const benches: Readonly<Record<string, () => Promise<void>>> = { chat: benchChat, items: benchItems, lists: benchLists, mail: benchMail }

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !Object.hasOwn(benches, name))
if (unknown !== undefined) {
  console.error(`There is no bench ${unknown}. There are: ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}
for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) await benches[name]?.()
