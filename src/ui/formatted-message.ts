/** What a message with Markdown needs beyond its text: the parser, the buttons that copy code, and how it all looks. */
import { css } from 'lit';
import type { Mention } from '../core/event-content';
import { notify } from './events';
import * as texts from './i18n/message-texts';
import { renderMarkdown } from './markdown';
import { markMentions } from './mentions';

/** How long a button says that it has copied. */
const copiedMs = 2_000;

/** The fragment for the body of a message, whose root gets the styles for it; undefined when the text is to be shown as it is. */
export async function formatMessage(body: string, mentions: readonly Mention[], ownId: string, root: ShadowRoot): Promise<DocumentFragment | undefined> {
  const formatted = await renderMarkdown(body);
  if (!formatted) return undefined;
  const { styleSheet } = styles;
  if (styleSheet && !root.adoptedStyleSheets.includes(styleSheet)) root.adoptedStyleSheets.push(styleSheet);
  markMentions(formatted, mentions, ownId);
  for (const block of formatted.querySelectorAll('pre')) addCopyButton(block);
  return formatted;
}

/** Beside the block, not in it: there it would scroll away with a long line. */
function addCopyButton(block: HTMLElement): void {
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'copy-code', textContent: texts.copyCode() });
  const frame = Object.assign(document.createElement('div'), { className: 'code' });
  button.addEventListener('click', () => void copyCode(block.textContent ?? '', button));
  block.replaceWith(frame);
  frame.append(block, button);
}

async function copyCode(code: string, button: HTMLButtonElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(code.replace(/\n$/, ''));
  } catch {
    notify(button, { kind: 'copy-failed' });
    return;
  }
  button.textContent = texts.copied();
  setTimeout(() => (button.textContent = texts.copyCode()), copiedMs);
}

const styles = css`
  .body > :is(p, ul, ol, .code, blockquote, table, details, h1, h2, h3, h4, h5, h6, hr) {
    margin-block: 0 var(--space-2);
  }
  .body > :last-child {
    margin-block-end: 0;
  }
  .body > p:last-child {
    display: inline;
  }
  :is(h1, h2, h3, h4, h5, h6) {
    font: 700 1.0625em / 1.3 var(--font-display);
  }
  :is(ul, ol) {
    padding-inline-start: 1.375rem;
  }
  blockquote {
    margin-inline: 0;
    padding-inline-start: var(--space-3);
    border-inline-start: 3px solid color-mix(in oklab, currentColor 35%, transparent);
  }
  :is(code, kbd) {
    padding: 0.0625em 0.3125em;
    border-radius: 0.375em;
    background: color-mix(in oklab, currentColor 10%, transparent);
    font: 0.9em / 1.45 var(--font-code);
  }
  kbd {
    border: 1px solid color-mix(in oklab, currentColor 35%, transparent);
  }
  pre {
    max-inline-size: 100%;
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius-s);
    background: color-mix(in oklab, currentColor 8%, transparent);
    overflow-x: auto;
    white-space: pre;
    overflow-wrap: normal;
    direction: ltr;
    text-align: start;
  }
  pre code {
    padding: 0;
    background: none;
  }
  .code {
    display: grid;
    position: relative;
  }
  pre {
    margin: 0;
    padding-block-end: 2.25rem;
  }
  .copy-code {
    position: absolute;
    inset-block-end: 0;
    inset-inline-end: 0;
    min-block-size: 2rem;
    padding: 0 var(--space-3);
    background: none;
    color: inherit;
    font-size: var(--text-xs);
  }
  table {
    display: block;
    max-inline-size: 100%;
    overflow-x: auto;
    border-collapse: collapse;
    font-size: var(--text-s);
  }
  :is(th, td) {
    padding: var(--space-1) var(--space-2);
    border: 1px solid color-mix(in oklab, currentColor 25%, transparent);
    text-align: start;
  }
  hr {
    border: 0;
    border-block-start: 1px solid color-mix(in oklab, currentColor 30%, transparent);
  }
  summary {
    cursor: pointer;
  }
  :is(sub, sup) {
    line-height: 0;
  }
`;
