/** The conversation behind the screen, for tests that write faster than a hand types, or must know to the millisecond when a message was there. */
import type { BrowserContext, Page } from '@playwright/test';
import type { ConversationFace } from '../../src/session/faces';
import { turnAway } from './meeting';

declare global {
  interface Window {
    /** The one that the page shows; put there by `exposeConversation`. Throws while none is shown. */
    shownConversation?: () => ConversationFace;
    /** Put there by `exposeClock`. */
    moveClockMs?: (byMs: number) => void;
  }
}

/** For `prepare`. */
export async function exposeConversation(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const find = (root: ParentNode): Element | undefined => {
      for (const element of root.querySelectorAll('*')) {
        if (element.localName === 'mm-composer') return element;
        const found = element.shadowRoot ? find(element.shadowRoot) : undefined;
        if (found) return found;
      }
      return undefined;
    };
    window.shownConversation = () => {
      const { conversation } = (find(document) ?? {}) as { readonly conversation?: ConversationFace };
      if (!conversation) throw new Error('no conversation is shown');
      return conversation;
    };
  });
}

/** For `prepare`: from then on the page's calendar can be moved on, and stays so over reloads; its timers are left alone. */
export async function exposeClock(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const key = 'test-clock-moved-ms';
    const { now } = Date;
    // A blank page has no storage.
    let movedMs = location.protocol === 'about:' ? 0 : Number(localStorage.getItem(key) ?? 0);
    Date.now = () => now() + movedMs;
    window.moveClockMs = (byMs) => {
      movedMs += byMs;
      localStorage.setItem(key, String(movedMs));
    };
  });
}

/** The tab goes behind another, and comes to the front so much later. */
export async function sleepFor(page: Page, ms: number): Promise<void> {
  await turnAway(page, true);
  await page.evaluate((byMs) => window.moveClockMs?.(byMs), ms);
  await turnAway(page, false);
}

/**
 * For `prepare` of somebody who says much: an author may sign twenty events in ten seconds by the own clock, so that clock goes on by a second with each.
 */
export async function exposeAuthor(context: BrowserContext): Promise<void> {
  await exposeConversation(context);
  await exposeClock(context);
}

/** Sends all of them as fast as the page can, and resolves when they are kept; rejects when one is refused. For a page that `exposeAuthor` has prepared. */
export async function sayAll(page: Page, texts: readonly string[]): Promise<void> {
  await page.evaluate(async (all) => {
    const conversation = window.shownConversation?.();
    if (!conversation) throw new Error('the conversation is not exposed');
    for (const text of all) {
      window.moveClockMs?.(1_000);
      const { kind } = conversation.send(text);
      if (kind !== 'sent') throw new Error(`refused: ${kind}`);
      await new Promise((resolve) => setTimeout(resolve));
    }
    await new Promise<void>((resolve) => {
      const look = (): void => {
        const last = conversation.timeline.value.messages.findLast(({ author }) => author === conversation.ownId);
        if (last?.body === all.at(-1)?.trim() && last?.delivery?.kind !== 'saving') resolve();
      };
      conversation.timeline.subscribe(look);
      look();
    });
  }, texts);
}

/** The whole conversation, in order; '' for messages whose text is gone, or not had. For a page that `exposeConversation` has prepared. */
export function textsIn(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const texts: string[] = [];
    for await (const messages of window.shownConversation?.().read('all', new AbortController().signal) ?? []) for (const { body } of messages) texts.push(body);
    return texts;
  });
}
