/** The dialog that tells what can be written: Markdown, keys, commands. */
import { LitElement, css, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { commandNames } from './commands';
import { localized } from './i18n/localize';
import * as texts from './i18n/writing-texts';
import './mm-dialog';
import { sharedStyles } from './shared-styles';
import { shortcutOf } from './shortcuts';
import { formats, type Format } from './text-editing';

/** @fires mm-close - the person has read it */
@localized()
@customElement('mm-help')
export class MmHelp extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        --dialog-size: 34rem;
      }
      section {
        display: grid;
        gap: var(--space-2);
      }
      h3 {
        margin: 0;
        font: 700 var(--text-m) / 1.3 var(--font-display);
      }
      table {
        inline-size: 100%;
        border-collapse: collapse;
        font-size: var(--text-s);
      }
      th {
        color: var(--ink-soft);
        font-size: var(--text-xs);
        font-weight: 600;
      }
      :is(th, td) {
        inline-size: 50%;
        padding: var(--space-1) var(--space-2) var(--space-1) 0;
        border-block-end: 1px solid var(--line);
        text-align: start;
        vertical-align: top;
      }
      .uses td:first-child {
        inline-size: 30%;
      }
      :is(code, kbd) {
        font: 0.95em / 1.45 var(--font-code);
        white-space: pre-wrap;
      }
      kbd {
        padding: 0.0625em 0.3125em;
        border: 1px solid var(--line-strong);
        border-radius: 0.375em;
      }
      blockquote {
        margin: 0;
        padding-inline-start: var(--space-2);
        border-inline-start: 3px solid var(--line-strong);
      }
      ul {
        margin: 0;
        padding-inline-start: var(--space-4);
      }
      td a {
        color: inherit;
      }
    `,
  ];

  protected override render(): unknown {
    return html`<mm-dialog .heading=${texts.help()}>
      <section>
        <h3>${texts.helpFormatting()}</h3>
        <table>
          <thead>
            <tr>
              <th scope="col">${texts.write()}</th>
              <th scope="col">${texts.appears()}</th>
            </tr>
          </thead>
          <tbody>
            ${formats.map((format) => {
              const { source, result } = sample(format);
              return html`<tr>
                <td><code>${source}</code></td>
                <td>${result}</td>
              </tr>`;
            })}
          </tbody>
        </table>
      </section>
      <section>
        <h3>${texts.helpCommands()}</h3>
        ${rows(commandNames.map((name) => [html`<code>/${name}</code>`, texts.commandUse(name)]))}
      </section>
      <section>
        <h3>${texts.helpKeys()}</h3>
        ${rows(keys())}
      </section>
    </mm-dialog>`;
  }
}

type Row = readonly [what: unknown, use: string];

function rows(all: readonly Row[]): unknown {
  return html`<table class="uses">
    <tbody>
      ${all.map(([what, use]) => html`<tr><td>${what}</td><td>${use}</td></tr>`)}
    </tbody>
  </table>`;
}

function keys(): readonly Row[] {
  const key = (name: string) => html`<kbd>${name}</kbd>`;
  const shortcuts = formats.flatMap((format): Row[] => {
    const shortcut = shortcutOf(format);
    return shortcut ? [[key(shortcut.shown), texts.formatName(format)]] : [];
  });
  return [
    [key('Enter'), texts.keySend()],
    [key('Shift+Enter'), texts.keyBreak()],
    [key('↑'), texts.keyEdit()],
    [key('Esc'), texts.keyCancel()],
    [key('@'), texts.keyMention()],
    [key(':'), texts.keyEmoji()],
    ...shortcuts,
  ];
}

function sample(format: Format): { readonly source: string; readonly result: unknown } {
  switch (format) {
    case 'bold':
      return { source: `**${texts.sampleBold()}**`, result: html`<strong>${texts.sampleBold()}</strong>` };
    case 'italic':
      return { source: `*${texts.sampleItalic()}*`, result: html`<em>${texts.sampleItalic()}</em>` };
    case 'strikethrough':
      return { source: `~~${texts.sampleStrikethrough()}~~`, result: html`<s>${texts.sampleStrikethrough()}</s>` };
    case 'code':
      return { source: `\`${texts.sampleCode()}\``, result: html`<code>${texts.sampleCode()}</code>` };
    case 'code-block':
      return { source: `\`\`\`\n${texts.sampleCode()}\n\`\`\``, result: html`<code>${texts.sampleCode()}</code>` };
    case 'link':
      return { source: `[${texts.sampleLink()}](https://example.org)`, result: html`<a href="https://example.org" target="_blank" rel="noopener noreferrer">${texts.sampleLink()}</a>` };
    case 'quote':
      return { source: `> ${texts.sampleQuote()}`, result: html`<blockquote>${texts.sampleQuote()}</blockquote>` };
    case 'list':
      return { source: `- ${texts.sampleList()}`, result: html`<ul><li>${texts.sampleList()}</li></ul>` };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-help': MmHelp;
  }
}
