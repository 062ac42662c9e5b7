/** Finds the people named in a text. A name is only one where its author meant somebody: `@` and the name, as the message lists them. */
import type { Mention } from '../core/event-content';

export interface MentionPart {
  readonly text: string;
  /** Who is meant by it. */
  readonly mention: Mention | undefined;
}

/** The text in pieces, names apart. Of two names that begin alike the longer one is meant. */
export function mentionParts(text: string, mentions: readonly Mention[]): readonly MentionPart[] {
  if (mentions.length === 0) return [{ text, mention: undefined }];
  const longestFirst = [...mentions].sort((a, b) => b.name.length - a.name.length);
  const parts: MentionPart[] = [];
  let done = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', Math.max(done, at + 1))) {
    const mention = longestFirst.find(({ name }) => name !== '' && text.startsWith(name, at + 1));
    if (!mention) continue;
    if (at > done) parts.push({ text: text.slice(done, at), mention: undefined });
    done = at + 1 + mention.name.length;
    parts.push({ text: text.slice(at, done), mention });
  }
  if (done < text.length) parts.push({ text: text.slice(done), mention: undefined });
  return parts;
}

/** The same in a fragment, but for its code and links. */
export function markMentions(fragment: DocumentFragment, mentions: readonly Mention[], ownId: string): void {
  if (mentions.length === 0) return;
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement?.closest('code, pre, a')) texts.push(walker.currentNode as Text);
  for (const text of texts) text.replaceWith(...mentionParts(text.data, mentions).map((part) => (part.mention ? marked(part.text, part.mention, ownId) : part.text)));
}

function marked(text: string, { device }: Mention, ownId: string): HTMLElement {
  return Object.assign(document.createElement('span'), { className: mentionClass(device, ownId), textContent: text });
}

/** A mention of oneself stands out more. */
export function mentionClass(device: string, ownId: string): string {
  return device === ownId ? 'mention me' : 'mention';
}
