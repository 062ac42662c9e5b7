/**
 * Parses Markdown where it can be ended: marked takes seconds for a few kilobytes of `_a*` (recipes.md).
 * It says `{}` once it runs, then answers each request with one reply. What it returns is markup that the page still sanitises.
 */
import { Marked, type Token, type Tokens } from 'marked';

export interface MarkdownRequest {
  readonly text: string;
}

/** No markup: show the text as it is. */
export interface MarkdownReply {
  readonly markup?: string;
}

/** Lists in quotes in lists …: further down nobody reads, and the page would nest as deep. */
const maximumDepth = 12;

/** Raw tags that are kept, bare of attributes. Everything else that looks like a tag is shown as text. */
const keptTag = /^<\/?(?:b|i|u|s|sub|sup|kbd|code|br|details|summary)\s*\/?>$/i;

const parser = new Marked({
  gfm: true,
  breaks: true,
  async: false,
  renderer: {
    html: ({ text }: Tokens.HTML | Tokens.Tag) => keepListedTags(text),
    // Nothing is fetched for a message: a picture is a link to it.
    image: ({ href, text }: Tokens.Image) => `<a href="${escapeText(href)}">${escapeText(text || href)}</a>`,
    checkbox: ({ checked }: Tokens.Checkbox) => (checked ? '☑ ' : '☐ '),
  },
});

addEventListener('message', (event: MessageEvent<MarkdownRequest>) => {
  postMessage(reply(event.data.text));
});
postMessage({} satisfies MarkdownReply);

function reply(text: string): MarkdownReply {
  try {
    const tokens = parser.lexer(text);
    return depth(tokens) > maximumDepth ? {} : { markup: parser.parser(tokens) };
  } catch {
    // marked throws on what it can't read, and the stack ends on thousands of nested quotes.
    return {};
  }
}

function depth(tokens: readonly Token[]): number {
  let deepest = 0;
  for (const token of tokens) {
    const inner: readonly Token[] = [...('tokens' in token && token.tokens ? token.tokens : []), ...('items' in token ? (token['items'] as readonly Token[]) : [])];
    deepest = Math.max(deepest, 1 + depth(inner));
  }
  return deepest;
}

function keepListedTags(raw: string): string {
  return raw.replace(/<[^>]*>?|[>]/g, (piece) => (keptTag.test(piece) ? piece : escapeText(piece)));
}

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
