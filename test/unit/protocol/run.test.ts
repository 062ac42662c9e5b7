import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/config';
import type { Bytes } from '../../../src/core/log-event';
import { decodeRuns, encodeRuns, runEventBytes, runsBytes, runsFrameMaximum, runsInFrame, type Run, type RunEvent } from '../../../src/protocol/run';

const bytes = (minLength: number, maxLength = minLength): fc.Arbitrary<Bytes> => fc.uint8Array({ minLength, maxLength }).map((array) => Uint8Array.from(array));
const unsigned = (bits: number) => fc.maxSafeNat().map((value) => value % 2 ** bits);

const anyEvent: fc.Arbitrary<RunEvent> = fc
  .record({
    kind: fc.constantFrom('message', 'annotation'),
    clock: fc.record({ wallMs: unsigned(48), counter: unsigned(16) }),
    lifetimeS: unsigned(32),
    paceMs: unsigned(16),
    signature: fc.option(bytes(64), { nil: undefined }),
    content: fc.oneof(fc.record({ body: bytes(16, 200), bodyHash: fc.constant(undefined) }), fc.record({ body: fc.constant(undefined), bodyHash: bytes(32) })),
  })
  .map(({ content, ...event }) => ({ ...event, ...content }));

const anyFeed = fc.record({ key: bytes(65), incarnation: bytes(16) });
const anyRuns: fc.Arbitrary<readonly Run[]> = fc.array(anyFeed, { minLength: 1, maxLength: 3 }).chain((feeds) =>
  fc.array(
    fc.record({ feed: fc.constantFrom(...feeds), first: fc.integer({ min: 1, max: 0xffff_ff00 }), previous: bytes(32), events: fc.array(anyEvent, { minLength: 1, maxLength: 6 }) })
      .map(({ feed, ...run }) => ({ ...feed, ...run })),
    { minLength: 1, maxLength: 5 },
  ),
);
const anyWant = unsigned(32);

const event: RunEvent = { kind: 'message', clock: { wallMs: 1, counter: 0 }, lifetimeS: 0, paceMs: 65_535, signature: undefined, body: new Uint8Array(16), bodyHash: undefined };
const run: Run = { key: new Uint8Array(65), incarnation: new Uint8Array(16), first: 1, previous: new Uint8Array(32), events: [event] };
const withBody = (length: number): Run => ({ ...run, events: [{ ...event, body: new Uint8Array(length) }] });
const edited = (edit: (frame: DataView) => void): Bytes => {
  const frame = encodeRuns(1, [run]);
  edit(new DataView(frame.buffer));
  return frame;
};

describe('a frame of runs', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyWant, anyRuns, (want, runs) => {
        expect(decodeRuns(encodeRuns(want, runs))).toEqual({ want, runs });
      }),
    );
  });

  it('has the length that was foretold, or less when runs are of one feed', () => {
    fc.assert(
      fc.property(anyRuns, (runs) => {
        const feeds = new Set(runs.map(({ key, incarnation }) => `${key.join()} ${incarnation.join()}`)).size;
        expect(encodeRuns(0, runs).length).toBe(runsBytes(runs) - 81 * (runs.length - feeds));
      }),
    );
  });

  it('spends on an event its body, 18 bytes, and 64 for a signature', () => {
    const body = new Uint8Array(100);
    expect(runEventBytes({ body, signature: undefined })).toBe(118);
    expect(runEventBytes({ body, signature: new Uint8Array(64) })).toBe(182);
  });

  it('with an event that may go by live fits live', () => {
    const longest = { ...event, signature: new Uint8Array(64), body: new Uint8Array(limits.liveEventBytes - 82) };
    expect(runEventBytes(longest)).toBe(limits.liveEventBytes);
    expect(encodeRuns(0, [{ ...run, events: [longest] }]).length).toBeLessThanOrEqual(limits.liveFrameBytes);
  });

  it('gives copies, so that an event that is kept doesn’t keep the frame', () => {
    const [{ key, previous, events } = run] = decodeRuns(encodeRuns(0, [run]))?.runs ?? [];
    for (const part of [key, previous, events[0]?.body]) expect(part?.buffer.byteLength).toBe(part?.length);
  });
});

describe('what is no frame of runs', () => {
  it('is refused, never thrown at', () => {
    fc.assert(
      fc.property(bytes(0, 400), (frame) => {
        expect(decodeRuns(frame)).toBeUndefined();
      }),
    );
  });

  it('and one with any byte changed is read within its bounds, or refused', () => {
    fc.assert(
      fc.property(anyRuns, fc.nat(), fc.integer({ min: 1, max: 255 }), (runs, at, change) => {
        const frame = encodeRuns(1, runs);
        const place = at % frame.length;
        frame[place] = (frame[place] ?? 0) ^ change;
        const decoded = decodeRuns(frame);
        if (decoded) expect(encodeRuns(decoded.want, decoded.runs).length).toBeLessThanOrEqual(frame.length);
      }),
    );
  });

  it('and one cut anywhere, or with something after it, is refused', () => {
    fc.assert(
      fc.property(anyRuns, fc.nat(), (runs, at) => {
        const frame = encodeRuns(1, runs);
        expect(decodeRuns(frame.slice(0, at % frame.length))).toBeUndefined();
        expect(decodeRuns(Uint8Array.from([...frame, 0]))).toBeUndefined();
      }),
    );
  });

  it.each<[string, Bytes]>([
    ['nothing', new Uint8Array(0)],
    ['another version', edited((frame) => frame.setUint8(0, 2))],
    ['no feed', edited((frame) => frame.setUint16(5, 0))],
    ['more feeds than it is long', edited((frame) => frame.setUint16(5, 0xffff))],
    ['no run', edited((frame) => frame.setUint16(88, 0))],
    ['more runs than it is long', edited((frame) => frame.setUint16(88, 0xffff))],
    ['a feed that is not in it', edited((frame) => frame.setUint16(90, 1))],
    ['sequence 0', edited((frame) => frame.setUint32(92, 0))],
    ['no event', edited((frame) => frame.setUint16(128, 0))],
    ['more events than it is long', edited((frame) => frame.setUint16(128, 0xffff))],
    ['a flag without a meaning', edited((frame) => frame.setUint8(130, 12))],
    ['a body longer than it is', edited((frame) => frame.setUint8(145, 0xff))],
    ['a body shorter than its salt', encodeRuns(1, [withBody(15)])],
    ['more runs than are looked at', encodeRuns(1, Array.from({ length: runsInFrame + 1 }, () => run))],
    ['a body over the limit', encodeRuns(1, [withBody(limits.eventBodyBytes + 1)])],
    ['a run beyond the last sequence', encodeRuns(1, [{ ...run, first: 0xffff_ffff, events: [event, event] }])],
    ['more bytes than a frame may have', encodeRuns(1, [run, run, withBody(limits.eventBodyBytes), withBody(limits.runsFrameBytes)])],
  ])('%s', (_what, frame) => {
    expect(decodeRuns(encodeRuns(1, [run]))).toEqual({ want: 1, runs: [run] });
    expect(decodeRuns(frame)).toBeUndefined();
  });

  it('does not include the longest body, nor the last sequence', () => {
    expect(decodeRuns(encodeRuns(1, [withBody(limits.eventBodyBytes)]))?.runs[0]?.events[0]?.body?.length).toBe(limits.eventBodyBytes);
    expect(decodeRuns(encodeRuns(1, [{ ...run, first: 0xffff_ffff }]))?.runs[0]?.first).toBe(0xffff_ffff);
    expect(encodeRuns(1, [withBody(limits.eventBodyBytes)]).length).toBeLessThan(runsFrameMaximum);
  });
});
