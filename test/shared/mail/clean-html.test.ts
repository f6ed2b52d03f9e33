import { describe, expect, it } from 'vitest'
import { cleanHtml, textOfCleanHtml } from '../../../shared/mail/clean-html.ts'

const clean = (html: string): string => cleanHtml(html).html ?? ''

describe('SNS-5 HTML of a mail runs nothing', () => {
  it.each([
    '<script>alert(1)</script>',
    '<p onclick="alert(1)">x</p>',
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:alert(1)">x</a>',
    '<svg onload=alert(1)><script>alert(1)</script></svg>',
    '<svg><style><img src=x onerror=alert(1)></style></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<object data="evil.swf"></object><embed src="evil.swf">',
    '<form action="https://evil.example"><input name=a><button>Go</button></form>',
    '<style>body{background:url(javascript:alert(1))}</style>',
    '<div style="background:url(https://evil.example/x)">x</div>',
    '<div style="position:fixed;top:0">x</div>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example">',
    '<link rel=stylesheet href="https://evil.example/x.css">',
    '<body background="https://evil.example/x.png">x</body>',
    '<table background="https://evil.example/x.png"><tr><td>x</td></tr></table>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<template><script>alert(1)</script></template>',
    '<xmp><script>alert(1)</script></xmp>',
    '<img src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=">',
    '<video src=x onerror=alert(1)></video><audio src=x></audio>',
    '<a href="//evil.example">x</a>',
    '<textarea><script>alert(1)</script></textarea>',
    '<img src="\u0000javascript:alert(1)">',
    '<!--[if gte IE 4]><script>alert(1)</script><![endif]-->',
  ])('%s', (html) => {
    expect(clean(html)).not.toMatch(/<script|\son\w+\s*=|(?:href|src)="?\s*(?:javascript|vbscript|data:(?!image\/(?:png|gif|jpeg|webp);))|<(?:svg|math|iframe|object|embed|form|input|button|style|meta|base|link|video|audio|template|xmp|textarea)|style=|\sbackground=|(?:\ssrc|\shref)="\/\//i)
  })

  it('and loads nothing from elsewhere, unless the reader asks for it', () => {
    expect(clean('<img src="https://tracker.example/1.gif" alt="logo">')).toBe('<img alt="logo" data-src="https://tracker.example/1.gif" />')
    expect(clean('<img data-src="javascript:alert(1)">')).not.toContain('javascript')
    expect(clean('<img srcset="https://tracker.example/1.gif 2x">')).not.toContain('tracker')
  })

  it('keeps images that came with the mail as references to its attachments', () => {
    expect(clean('<img src="cid:logo@mail" width="10">')).toContain('src="cid:logo@mail"')
    expect(clean('<img src="data:image/png;base64,iVBORw0KGgo=">')).toContain('src="data:image/png;base64,iVBORw0KGgo="')
  })

  it('keeps text, tables, links and their order', () => {
    const html = clean('<html><head><title>No</title></head><body><h1>Hi &amp; bye</h1><table border="1"><tr><td colspan="2">cell</td></tr></table><a href="https://example.org/?a=1&b=2">link</a></body></html>')
    expect(html).toContain('<h1>Hi &amp; bye</h1>')
    expect(html).toContain('<td colspan="2">cell</td>')
    expect(html).toContain('href="https://example.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow"')
    expect(html).not.toContain('No')
  })

  it('stays within time and size, whatever it is given', () => {
    const started = performance.now()
    for (const piece of ['<div>', '<b><i>', '<table><tr><td>', '<a href=x>', '<', '<!--', '<svg><math>', '&lt;', '<img src="', '<p title="', '</p>', '<blockquote>', '\u0000', '<div style="x:y;', 'on="']) {
      const { html } = cleanHtml(piece.repeat(600_000 / piece.length))
      expect(Buffer.byteLength(html ?? '')).toBeLessThan(1_000_000)
      textOfCleanHtml(html ?? '')
    }
    expect(performance.now() - started).toBeLessThan(8000)
  })
})

describe('the text of a mail that has only HTML', () => {
  it('reads as people would read it, and quotes what is quoted', () => {
    const html = clean('<div>Dear   Sam,<br>yes &lt;please&gt; &amp; thanks</div><ul><li>one</li><li>two</li></ul><p>Bye</p><blockquote type="cite"><p>DID#88</p><blockquote>older</blockquote></blockquote><p>PS</p>')
    expect(textOfCleanHtml(html)).toBe('Dear Sam,\nyes <please> & thanks\none\ntwo\n\nBye\n> DID#88\n>> older\nPS')
  })

  it('decodes what was escaped once and no more', () => {
    expect(textOfCleanHtml(clean('<p>&amp;lt;b&amp;gt;</p>'))).toBe('&lt;b&gt;')
  })
})
