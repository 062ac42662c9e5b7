/** A feed with its private key: signs events one after the other, as a device does. */
import type { EventContent } from '../../src/core/event-content';
import type { Bytes, Feed, LogEvent } from '../../src/core/log-event';
import { noHash, sealEvent, type SealFields } from '../../src/protocol/check-run';
import { encodeBody } from '../../src/protocol/event-body';
import { feedOf } from '../../src/protocol/feed';

export class SignedFeed {
  readonly feed: Feed;
  readonly events: LogEvent[] = [];
  readonly #privateKey: CryptoKey;

  static async make(scope: string, incarnation: Bytes = crypto.getRandomValues(new Uint8Array(16))): Promise<SignedFeed> {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    const key = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    return new SignedFeed(await feedOf(scope, key, incarnation), pair.privateKey);
  }

  constructor(feed: Feed, privateKey: CryptoKey) {
    this.feed = feed;
    this.#privateKey = privateKey;
  }

  async say(content: EventContent, fields: Partial<SealFields> = {}): Promise<LogEvent> {
    const before = this.events.at(-1);
    const sequence = (before?.sequence ?? 0) + 1;
    const event = await sealEvent(
      this.#privateKey,
      this.feed,
      {
        sequence,
        kind: content.kind === 'text' ? 'message' : 'annotation',
        clock: { wallMs: 1_700_000_000_000 + sequence * 1_000, counter: 0 },
        lifetimeS: 0,
        paceMs: sequence > 20 ? 20_000 : 65_535,
        previous: before?.hash ?? noHash,
        ...fields,
      },
      encodeBody(content, crypto.getRandomValues(new Uint8Array(16))),
    );
    this.events.push(event);
    return event;
  }

  /** `count` messages, each with its number. */
  async talk(count: number): Promise<readonly LogEvent[]> {
    for (let number = 1; number <= count; number++) await this.say({ kind: 'text', name: 'Alice', text: `message ${number}` });
    return this.events;
  }
}
