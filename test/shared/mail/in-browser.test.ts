import { execFile, execFileSync } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanHtml } from '../../../shared/mail/clean-html.ts'

/** Where a browser is: in `CHROMIUM`, or on the PATH. */
function findBrowser(): string | undefined {
  for (const name of [process.env['CHROMIUM'], 'chromium', 'chromium-browser', 'google-chrome', 'chrome'].flatMap((one) => one ?? [])) {
    try {
      return execFileSync('which', [name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim()
    } catch {
      continue
    }
  }
  return undefined
}

const browser = findBrowser()
if (browser === undefined) console.warn('No browser was found (chromium, google-chrome; or name one in CHROMIUM): that HTML of mails is inert in a real one is not tested.')

/** `HIT` calls the page, `URL` is an address whose loading is noticed. */
const TRICKS: readonly string[] = [
  '<script>HIT</script>',
  '<img src=x onerror=HIT>',
  '<img src="URL">',
  '<IMG SRC="URL" srcset="URL 2x">',
  '<svg onload=HIT>',
  '<svg><script>HIT</script></svg>',
  '<svg><animate onbegin=HIT attributeName=x dur=1s>',
  '<svg><image href="URL"></image><use href="URL#x"></use></svg>',
  '<svg><a xlink:href="javascript:HIT"><text y=20>x</text></a></svg>',
  '<svg><foreignObject><img src=x onerror=HIT></foreignObject></svg>',
  '<svg></p><style><a id="</style><img src=1 onerror=HIT>">',
  '<svg><style><img src=x onerror=HIT></style></svg>',
  '<math><mi//xlink:href="javascript:HIT">x</math>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=HIT&gt;">',
  '<math><annotation-xml encoding="text/html"><style><img src=x onerror=HIT></style></annotation-xml></math>',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=HIT>',
  '<noscript><p title="</noscript><img src=x onerror=HIT>">',
  '<noembed><img title="</noembed><img src=x onerror=HIT>"></noembed>',
  '<noframes><img title="</noframes><img src=x onerror=HIT>"></noframes>',
  '<xmp><p title="</xmp><img src=x onerror=HIT>">',
  '<iframe srcdoc="<script>parent.HIT</script>"></iframe>',
  '<iframe src="javascript:parent.HIT"></iframe>',
  '<iframe src="URL"></iframe>',
  '<object data="URL"></object><embed src="URL">',
  '<object data="data:text/html,<script>HIT</script>"></object>',
  '<video src=x onerror=HIT></video><audio src=x onerror=HIT></audio><video poster="URL"></video>',
  '<details open ontoggle=HIT>x</details>',
  '<input autofocus onfocus=HIT><select autofocus onfocus=HIT></select><textarea autofocus onfocus=HIT></textarea>',
  '<body onload=HIT background="URL">',
  '<marquee onstart=HIT>x</marquee>',
  '<style>body{background:url(URL)}</style>',
  '<style>@import "URL";</style>',
  '<div style="background:url(URL)">x</div>',
  '<div style="width:expression(HIT)">x</div>',
  '<table background="URL"><tr><td background="URL">x</td></tr></table>',
  '<link rel=stylesheet href="URL"><link rel=prefetch href="URL"><link rel="icon" href="URL">',
  '<meta http-equiv="refresh" content="0;url=URL">',
  '<base href="http://evil.example/"><a href="x">x</a>',
  '<a href="javascript:HIT">x</a>',
  '<a href="JaVa\tScRiPt:HIT">x</a>',
  '<a href="&#106;avascript:HIT">x</a>',
  '<a href=" &#14; javascript:HIT">x</a>',
  '<a href="\u0001javascript:HIT">x</a>',
  '<a href="data:text/html,<script>HIT</script>">x</a>',
  '<a href="vbscript:HIT">x</a>',
  '<a href="https://example.org" ping="URL" onmouseover=HIT>x</a>',
  '<p title="--><img src=x onerror=HIT>">x</p>',
  '<!--<img src="--><img src=x onerror=HIT>">',
  '<!--[if gte IE 4]><script>HIT</script><![endif]-->',
  '<![CDATA[<img src=x onerror=HIT>]]>',
  '<?xml-stylesheet href="URL"?><img src=x onerror=HIT>',
  '<scr<script>ipt>HIT</scr</script>ipt>',
  '<<script>HIT//<</script>',
  '<img """><script>HIT</script>">',
  '<img src="x` `<script>HIT</script>"` `>',
  '<a title="x\u0000" href="java\u0000script:HIT">x</a>',
  '<img alt="&quot; onerror=HIT x=" src=x>',
  '<p dir="ltr" lang="\'"><img src=x onerror=HIT>">x</p>',
  '<template><img src=x onerror=HIT></template>',
  '<select><style></select><img src=x onerror=HIT></style>',
  '<title><img src=x onerror=HIT></title><textarea><img src=x onerror=HIT></textarea>',
  '<table><caption><svg><desc><table><caption></table><style><a title="</style><img src=x onerror=HIT>"></a>',
  '<font face="x" color="red;background:url(URL)">x</font>',
  '<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIj4=">',
  '<picture><source srcset="URL"><img src=x></picture>',
  '<a name="hits" id="tell">x</a><form id="tell"><input name="hits"></form><img name="hits">',
]

/** What a page with HTML of mails did, when it was written into the page and when a script put it in, took it out and put it in again. */
interface Report {
  readonly hits: number
  readonly forbidden: readonly string[]
}

/** Counts side effects, and what could have some if somebody clicked. */
const WATCH = `
  const loud = (why) => { counted.push(why); fetch('/hit?' + encodeURIComponent(why)) }
  const counted = []
  window.tell = () => loud('script ran')
  for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) window[name] = () => loud(name)
`
const LOOK = `
  // An address that cannot be read (:) leads nowhere.
  const safe = new Set(['http:', 'https:', 'mailto:', 'tel:', ':'])
  const look = (root) => [...root.querySelectorAll('*')].flatMap((one) => [
    ...(/^(script|style|svg|math|iframe|object|embed|form|input|link|meta|base|video|audio|template|select|textarea)$/i.test(one.tagName) ? [one.tagName] : []),
    ...[...one.attributes].filter(({ name }) => /^on|^style$|^ping$|^srcset$|^background$|^formaction$|^id$|^name$/i.test(name)).map(({ name }) => one.tagName + ' ' + name),
    ...(one.tagName === 'A' && one.hasAttribute('href') && !safe.has(one.protocol) ? ['link ' + one.href] : []),
  ])
  addEventListener('load', () => setTimeout(() => {
    const forbidden = look(document.querySelector('main'))
    const result = document.createElement('pre')
    result.id = 'result'
    result.textContent = JSON.stringify({ forbidden, counted })
    document.body.append(result)
  }, 400))
`

describe.skipIf(browser === undefined)('SNS-5 HTML of a mail is inert in a real browser', () => {
  let server: Server
  let origin = ''
  let folder = ''
  let hits = 0
  const pages = new Map<string, string>()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leadline-browser-'))
    server = createServer((request, response) => {
      const page = pages.get(request.url ?? '')
      if (page === undefined && request.url !== '/favicon.ico') hits += 1
      response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' }).end(page ?? '')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    origin = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : ''
  })
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true, force: true })
  })

  const armed = (trick: string): string => trick.replaceAll('HIT', 'window.tell()').replaceAll('URL', `${origin}/loaded`)

  async function shown(fragments: readonly string[]): Promise<Report> {
    hits = 0
    // Each in a division of its own; a script must not be ended by a fragment.
    const asText = JSON.stringify(fragments).replaceAll('<', '\\u003c')
    pages.set('/page', `<!doctype html><html><head><link rel="icon" href="data:,"><script>${WATCH}${LOOK}</script></head><body><main>${fragments.map((one) => `<div>${one}</div>`).join('\n')}</main><script>
      for (const one of ${asText}) {
        const place = document.createElement('div')
        document.querySelector('main').append(place)
        place.innerHTML = one
        place.innerHTML = place.innerHTML
      }
    </script></body></html>`)
    const { stdout } = await promisify(execFile)(browser ?? '', ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${folder}`, '--virtual-time-budget=5000', '--dump-dom', `${origin}/page`], { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 })
    const [, result = ''] = /<pre id="result">([^]*?)<\/pre>/.exec(stdout) ?? []
    const { forbidden = ['the page did not tell'] } = (result === '' ? {} : JSON.parse(result.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'))) as { forbidden?: string[] }
    return { hits, forbidden }
  }

  it('with tricks by scripts, styles, SVG, forms, addresses, comments and changing markup', async () => {
    expect(await shown(TRICKS.map((trick) => cleanHtml(armed(trick)).html ?? ''))).toEqual({ hits: 0, forbidden: [] })
  })

  it('with tricks within each other', async () => {
    const nested = TRICKS.flatMap((outer, place) => [`${outer}${TRICKS[(place + 7) % TRICKS.length]}`, `<blockquote><table><tr><td>${outer}<p>${TRICKS[(place + 13) % TRICKS.length]}`, outer.replace('x', TRICKS[(place + 3) % TRICKS.length] ?? '')])
    expect(await shown(nested.map((trick) => cleanHtml(armed(trick)).html ?? ''))).toEqual({ hits: 0, forbidden: [] })
  })

  it('though the same would run, were it not cleaned', async () => {
    const { hits: ran } = await shown(['<img src=x onerror="window.tell()">', `<img src="${origin}/loaded">`])
    expect(ran).toBeGreaterThan(1)
  })
})
