/** Whether somebody names this device's person in what has come. */
import type { TextContent } from '../core/event-content';
import type { DeviceId } from '../core/ids';
import type { StoredEvent } from '../core/log-event';
import { readBody } from '../protocol/event-body';

const utf8 = new TextDecoder();
/** Of many that come at once, so many are looked at from the newest: one notice is all that comes of it. */
const lookedAt = 200;

export interface Mentioning {
  readonly event: StoredEvent;
  readonly content: TextContent;
}

/** The newest that does. `events`: others' messages, in the order of arrival. */
export function mentionOf(device: DeviceId, events: readonly StoredEvent[]): Mentioning | undefined {
  for (const event of events.slice(-lookedAt).reverse()) {
    // Reading every body would take longer than looking for 26 characters in it.
    if (!event.body || !utf8.decode(event.body).includes(device)) continue;
    const content = readBody(event.body);
    if (content?.kind === 'text' && content.mentions?.some((mention) => mention.device === device)) return { event, content };
  }
  return undefined;
}
