import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/config';
import type { EventContent } from '../../../src/core/event-content';
import type { FileManifest } from '../../../src/core/file';
import type { DeviceId, FeedId, FileId, MessageId } from '../../../src/core/ids';
import { messageIdOf, type Bytes } from '../../../src/core/log-event';
import { encodeBody, readBody } from '../../../src/protocol/event-body';
import { withRoomFor } from '../../../src/session/files/fitting';
import { jpegFrame, jpegOf } from '../../support/picture-bytes';

const utf8 = new TextEncoder();
const salt = new Uint8Array(16).fill(7);
const target = messageIdOf({ feed: 'A'.repeat(22) as FeedId, sequence: 1 });
const bob = { device: 'b'.repeat(26) as DeviceId, name: 'Bob' };
const hello = { kind: 'text', name: 'Alice', text: 'Hello' };

/** What somebody else might have signed. */
const bodyOf = (json: unknown): Bytes => Uint8Array.from([...salt, ...utf8.encode(typeof json === 'string' ? json : JSON.stringify(json))]);
const read = (json: unknown) => readBody(bodyOf(json));

const anyTarget: fc.Arbitrary<MessageId> = fc
  .tuple(fc.base64String({ minLength: 24, maxLength: 24 }), fc.integer({ min: 1, max: 0xffff_ffff }))
  .map(([feed, sequence]) => messageIdOf({ feed: feed.slice(0, 22).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', 'A') as FeedId, sequence }));
const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 });
const anyMentions = fc.constantFrom([], [bob], [bob, { ...bob, name: 'Róbert' }]);
const anyFiles = fc.array(
  fc.record({
    id: fc.constant('a'.repeat(26) as FileId),
    name: fc.constantFrom('a.txt', 'b.jpg'),
    type: fc.constant('text/plain'),
    sizeBytes: fc.integer({ min: 1, max: 9 }),
    look: fc.constantFrom({ kind: 'plain' as const }, { kind: 'voice' as const, durationMs: 9, waveform: [0, 15] }),
  }),
  { minLength: 1, maxLength: 3 },
);
const anyContent: fc.Arbitrary<EventContent> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), name: fc.constantFrom('Alice', 'Ólafur', '?'), text: anyText, replyTo: anyTarget, mentions: anyMentions, files: anyFiles }, { requiredKeys: ['kind', 'name', 'text'] }),
  fc.record({ kind: fc.constant('edit' as const), target: anyTarget, text: anyText, mentions: anyMentions }, { requiredKeys: ['kind', 'target', 'text'] }),
  fc.record({ kind: fc.constant('delete' as const), target: anyTarget }),
  fc.record({ kind: fc.constant('reaction' as const), target: anyTarget, emoji: fc.constantFrom('', '👍', '❤️', '🏳️‍🌈', '👩🏽‍🚀', '🇧🇷', '7️⃣') }),
  fc.record({ kind: fc.constant('pin' as const), target: anyTarget, on: fc.boolean() }),
);

describe('a body', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        expect(readBody(encodeBody(content, salt))).toEqual(content);
      }),
    );
  });

  it('begins with its salt', () => {
    expect(encodeBody({ kind: 'delete', target }, salt).subarray(0, 16)).toEqual(salt);
  });

  it('of whatever bytes never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(readBody(Uint8Array.from(bytes))).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(read(json)).toBeUndefined();
      }),
    );
  });

  it('of the longest text fits, every character of it escaped, with all the rest', () => {
    const mentions = Array.from({ length: limits.mentions }, () => ({ ...bob, name: '\u{10437}'.repeat(40) }));
    const body = encodeBody({ kind: 'text', name: '\u{10437}'.repeat(40), text: '\u0001'.repeat(limits.messageBytes), replyTo: target, mentions }, salt);
    expect(body.length).toBeLessThanOrEqual(limits.eventBodyBytes);
    expect(readBody(body)).toMatchObject({ mentions });
  });
});

describe('a text', () => {
  it('may have as many UTF-8 bytes as the limit says, and no more', () => {
    for (const [letter, width] of [['x', 1], ['é', 2], ['漢', 3], ['😀', 4]] as const) {
      const longest = letter.repeat(Math.floor(limits.messageBytes / width));
      expect(read({ ...hello, text: longest }), letter).toMatchObject({ text: longest });
      expect(read({ ...hello, text: longest + letter }), letter).toBeUndefined();
    }
  });

  it('that is empty, or none, shows nothing', () => {
    expect(read({ ...hello, text: '' })).toBeUndefined();
    expect(read({ ...hello, text: 7 })).toBeUndefined();
  });

  it('with half a surrogate pair is shown with a mark in its place', () => {
    expect(read('{"kind":"text","name":"Alice","text":"a\\ud83db \\ud83d\\ude00"}')).toMatchObject({ text: 'a\uFFFDb 😀' });
  });

  it('names its author, and those it mentions, by names that can do no harm', () => {
    expect(read({ ...hello, name: 'A\u202Elice', mentions: [{ ...bob, name: 'B\u2066ob' }] })).toMatchObject({ name: 'Alice', mentions: [bob] });
    expect(read({ ...hello, name: '\u200B' })).toMatchObject({ name: '?' });
  });

  it('mentions at most so many', () => {
    const mentions = Array.from({ length: limits.mentions }, () => bob);
    expect(read({ ...hello, mentions })).toMatchObject({ mentions });
    expect(read({ ...hello, mentions: [...mentions, bob] })).toBeUndefined();
  });

  it('answers to a message or to nothing', () => {
    for (const replyTo of ['', 'A'.repeat(22), `${'A'.repeat(22)}.0`, `${'A'.repeat(22)}.01`, `${'A'.repeat(22)}.4294967296`, null, 1])
      expect(read({ ...hello, replyTo }), String(replyTo)).toBeUndefined();
    expect(read({ ...hello, replyTo: `${'A'.repeat(22)}.4294967295` })).toBeDefined();
  });
});

describe('a text with files', () => {
  const report = { id: 'a'.repeat(26), name: 'report.pdf', type: 'application/pdf', sizeBytes: 3_000_000, look: { kind: 'plain' } };

  it('may be empty, since they say enough', () => {
    expect(read({ ...hello, text: '', files: [report] })).toEqual({ ...hello, text: '', files: [report] });
    expect(read({ ...hello, text: '', files: [] })).toBeUndefined();
  });

  it('stands though one of them can’t be read', () => {
    expect(read({ ...hello, files: [report, { ...report, sizeBytes: -1 }] })).toEqual({ ...hello, files: [report, 'broken'] });
  });

  it('has at most so many', () => {
    const files = Array.from({ length: limits.filesAMessage }, () => report);
    expect(read({ ...hello, files })).toMatchObject({ files });
    expect(read({ ...hello, files: [...files, report] })).toBeUndefined();
  });

  it('loses them with no edit, which says nothing of them', () => {
    expect(read({ kind: 'edit', target, text: 'Hello', files: [report] })).toEqual({ kind: 'edit', target, text: 'Hello' });
  });

  it('fits as long as it may be, with as many files as it may have, and as many of their pictures as there is room for', () => {
    const name = '\u{10437}'.repeat(40);
    const thumbnail = jpegOf(jpegFrame(320, 240), new Uint8Array(limits.thumbnailBytes - 100));
    const files = Array.from({ length: limits.filesAMessage }, (): FileManifest => ({
      id: report.id as FileId,
      name: '\u{10437}'.repeat(limits.fileNameCharacters),
      type: `${'t'.repeat(127)}/${'s'.repeat(127)}`,
      sizeBytes: limits.fileBytes,
      look: { kind: 'video', width: 65_535, height: 65_535, durationMs: 360_000_000, thumbnail },
    }));
    const mentions = Array.from({ length: limits.mentions }, () => ({ ...bob, name }));
    for (const letter of ['x', '\n', '\u0001']) {
      const text = letter.repeat(limits.messageBytes);
      const body = encodeBody({ kind: 'text', name, text, replyTo: target, mentions, files: withRoomFor(text, files) }, salt);
      expect(body.length).toBeLessThanOrEqual(limits.eventBodyBytes);
      expect(readBody(body)).toMatchObject({ files: files.map(({ id }) => ({ id, look: { kind: 'video' } })) });
    }
    expect(withRoomFor('Hello', files)).toEqual(files);
  });
});

describe('a reaction', () => {
  it.each(['', '👍', '❤️', '🏳️‍🌈', '👨🏻‍👩🏼‍👧🏽‍👦🏾', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '#️⃣'])('may be “%s”', (emoji) => {
    expect(read({ kind: 'reaction', target, emoji })).toEqual({ kind: 'reaction', target, emoji });
  });

  it.each(['a', '👍a', '<b>', '12', '*', '#', ' ', '👍 👍', '&amp;', '\u202E👍', '😀'.repeat(17), '\uFE0F', '\u200D'])('may not be “%s”', (emoji) => {
    expect(read({ kind: 'reaction', target, emoji })).toBeUndefined();
  });
});

describe('what a body says', () => {
  it.each([
    ['a kind of a later release', { ...hello, kind: 'poll' }],
    ['no kind', { name: 'Alice', text: 'Hello' }],
    ['a pin that is neither on nor off', { kind: 'pin', target, on: 1 }],
    ['a deletion of nothing', { kind: 'delete' }],
    ['an edit to nothing', { kind: 'edit', target, text: '' }],
    ['a list', [hello]],
    ['null', 'null'],
    ['half of it', JSON.stringify(hello).slice(0, -2)],
    ['a mention of no device', { ...hello, mentions: [{ device: 'bob', name: 'Bob' }] }],
  ])('is nothing: %s', (_what, json) => {
    expect(read(hello)).toEqual(hello);
    expect(read(json)).toBeUndefined();
  });

  it('is nothing when it is no UTF-8, or too long', () => {
    expect(readBody(Uint8Array.from([...salt, 0x22, 0xff, 0x22]))).toBeUndefined();
    expect(readBody(Uint8Array.from([...bodyOf(hello), ...utf8.encode(' '.repeat(limits.eventBodyBytes))]))).toBeUndefined();
  });

  it('drops what doesn’t belong, a prototype included', () => {
    const content = read('{"kind":"text","name":"Alice","text":"Hello","__proto__":{"on":true},"extra":1}');
    expect(content).toEqual(hello);
    expect(Object.getPrototypeOf(content)).toBe(Object.prototype);
  });
});
