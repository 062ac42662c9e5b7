/** How late a message is: from Send until it stands in the other's timeline, through the app and its disk. */
import type { Page } from '@playwright/test';
import '../support/shown-conversation';

declare global {
  interface Window {
    /** When each numbered message stood in the timeline, in milliseconds since 1970; see `listenForMessages`. */
    messageArrivals?: Map<number, number>;
  }
}

/** One message every `everyMs`; the last is waited for so long. */
export interface Schedule {
  readonly count: number;
  readonly everyMs: number;
  readonly sizeBytes: number;
  readonly patienceMs: number;
}

/** For pages that `exposeAuthor` has prepared. The delay of each message in milliseconds; `patienceMs` for one that never came. */
export async function chat(from: Page, to: Page, schedule: Schedule, weather: string): Promise<readonly number[]> {
  const talk = { ...schedule, prefix: `At ${weather}: ` };
  await to.evaluate(listenForMessages, talk);
  const sentAtMs = await from.evaluate(sendMessages, talk);
  const arrivals = new Map(await to.evaluate(arrivedMessages, schedule));
  return sentAtMs.map((atMs, number) => Math.min(schedule.patienceMs, (arrivals.get(number) ?? Infinity) - atMs));
}

/** Runs in the page. */
function listenForMessages({ prefix }: { readonly prefix: string }): void {
  const arrivals = new Map<number, number>();
  window.messageArrivals = arrivals;
  window.shownConversation?.().timeline.subscribe(({ messages }) => {
    const atMs = performance.timeOrigin + performance.now();
    for (const { body } of messages) {
      if (!body.startsWith(prefix)) continue;
      const number = Number.parseInt(body.slice(prefix.length), 10);
      if (!arrivals.has(number)) arrivals.set(number, atMs);
    }
  });
}

/** Runs in the page; returns when each was sent. */
async function sendMessages({ prefix, count, everyMs }: { readonly prefix: string; readonly count: number; readonly everyMs: number }): Promise<readonly number[]> {
  const conversation = window.shownConversation?.();
  if (!conversation) throw new Error('the conversation is not exposed');
  const sentAtMs: number[] = [];
  const startedMs = performance.now();
  for (let number = 0; number < count; number++) {
    await new Promise((resolve) => setTimeout(resolve, startedMs + number * everyMs - performance.now()));
    sentAtMs.push(performance.timeOrigin + performance.now());
    // Twenty in ten seconds are an author's limit, by the author's clock.
    window.moveClockMs?.(1_000);
    const { kind } = conversation.send(`${prefix}${number}, which is a sentence as long as those that people write to each other in a chat.`);
    if (kind !== 'sent') throw new Error(`number ${number} was refused: ${kind}`);
  }
  return sentAtMs;
}

/** Runs in the page. */
async function arrivedMessages({ count, patienceMs }: { readonly count: number; readonly patienceMs: number }): Promise<readonly (readonly [number, number])[]> {
  const arrivals = window.messageArrivals ?? new Map<number, number>();
  const untilMs = performance.now() + patienceMs;
  while (arrivals.size < count && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20));
  return [...arrivals];
}
