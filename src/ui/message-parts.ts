/** The smaller parts of a message: the quote above it, the reactions below it, and how far an own one has come. They stand in its own root, so that it decides who is reached by Tab. */
import { html, nothing } from 'lit';
import type { MessageId } from '../core/ids';
import type { ChatMessage, Delivery, Quote, Reaction } from '../core/message';
import { countText } from './amounts';
import { language } from './i18n/language';
import * as kindTexts from './i18n/file-kind-texts';
import * as texts from './i18n/message-texts';
import './mm-icon';
import type { IconName } from './mm-icon';

/** Kinds of reaction that are shown; a crowd can come up with many. */
const shownReactions = 12;
/** Names said of one reaction. */
const shownNames = 8;

/** `jump`: pressed, the quoted message is gone to. */
export function quoteAbove({ state, replyTo }: ChatMessage, jump: (to: MessageId) => void): unknown {
  if (state !== 'there' || !replyTo) return nothing;
  if (replyTo.state === 'unknown') return html`<div class="quote gone">${texts.notAvailable()}</div>`;
  return html`<button class="quote" @click=${() => jump(replyTo.id)}>
    <span class="unseen">${texts.answerTo()}</span> <bdi class="quoted">${replyTo.authorName}</bdi> <span class="excerpt ${replyTo.state === 'there' ? '' : 'gone'}" dir="auto">${excerptOf(replyTo)}</span>
  </button>`;
}

/** What stands for a message where there is no room for it. */
export function excerptOf({ state, excerpt, file }: Pick<Quote, 'state' | 'excerpt' | 'file'>): string {
  switch (state) {
    case 'there':
      return file === undefined ? excerpt : withKind(file, excerpt);
    case 'deleted':
      return texts.deleted();
    case 'expired':
      return texts.disappeared();
    case 'missing':
      return texts.notHereYet();
    case 'unknown':
      return texts.notAvailable();
  }
}

function withKind(file: NonNullable<Quote['file']>, words: string): string {
  switch (file) {
    case 'picture':
      return kindTexts.quotedPhoto(words);
    case 'video':
      return kindTexts.quotedVideo(words);
    case 'voice':
      return kindTexts.quotedVoice();
    case 'sound':
    case 'file':
      return words === '' ? kindTexts.brokenFile() : words;
  }
}

/** `react` with '' takes the own one back; without it they are only shown. */
export function reactionsBelow({ state, reactions }: ChatMessage, names: ReadonlyMap<string, string>, ownId: string, react: ((emoji: string) => void) | undefined): unknown {
  if (state !== 'there' || reactions.length === 0) return nothing;
  const further = reactions.length - shownReactions;
  return html`<div class="reactions" role="group" aria-label=${texts.reactions()}>
    ${reactions.slice(0, shownReactions).map((reaction) => {
      const name = texts.reaction(reaction.emoji, countText(reaction.devices.length), whoReacted(reaction, names, ownId));
      return html`<button aria-pressed=${reaction.own ? 'true' : 'false'} aria-label=${name} title=${name} ?disabled=${!react} @click=${() => react?.(reaction.own ? '' : reaction.emoji)}>
        <bdi class="emoji">${reaction.emoji}</bdi> ${countText(reaction.devices.length)}
      </button>`;
    })}
    ${further > 0 ? html`<span>${texts.furtherReactions(countText(further))}</span>` : nothing}
  </div>`;
}

function whoReacted({ devices }: Reaction, names: ReadonlyMap<string, string>, ownId: string): string {
  const shown = devices.slice(0, shownNames).map((device) => (device === ownId ? texts.youToo() : (names.get(device) ?? texts.somebody())));
  const further = devices.length > shownNames ? [texts.furtherPeople(devices.length - shownNames)] : [];
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format([...shown, ...further]);
}

/** One tick: somebody has it. Two: everybody. Coloured: somebody has read it. */
export function deliveryTick({ state, delivery }: ChatMessage): unknown {
  if (state !== 'there' || !delivery) return nothing;
  const name = deliveryName(delivery);
  return html`<span class="tick ${delivery.kind}" role="img" aria-label=${name} title=${name}><mm-icon name=${deliveryIcon(delivery)}></mm-icon></span>`;
}

function deliveryName(delivery: Delivery): string {
  switch (delivery.kind) {
    case 'saving':
      return texts.saving();
    case 'waiting':
      return texts.waitingForSomebody();
    case 'delivered':
      return texts.deliveredTo(delivery.count, delivery.of);
    case 'read':
      return texts.readBy(delivery.readCount, delivery.of);
  }
}

function deliveryIcon(delivery: Delivery): IconName {
  if (delivery.kind === 'saving' || delivery.kind === 'waiting') return 'waiting';
  return delivery.count < delivery.of ? 'check' : 'delivered';
}
