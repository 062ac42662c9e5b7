import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits, timing } from '../../../src/config';
import { encodeBase64Url } from '../../../src/core/base64url';
import type { DeviceId, SessionId } from '../../../src/core/ids';
import type { CloseReason, Link } from '../../../src/network/link';
import { Roster, type Standing } from '../../../src/session/roster';
import { FakeLink } from '../../support/fake-link';

const alice = 'a'.repeat(26) as DeviceId;
const bob = 'b'.repeat(26) as DeviceId;
const eve = 'e'.repeat(26) as DeviceId;
const elsewhere = 'o'.repeat(26) as SessionId;

function roster() {
  const gone: string[] = [];
  const refused: CloseReason[] = [];
  const waiting: Link[] = [];
  const full = vi.fn();
  /** Everybody else is a member. */
  const standings = new Map<DeviceId, Standing>();
  const sinceMs = new Map<DeviceId, number>();
  const made = new Roster({
    ownDevice: alice,
    now: Date.now,
    isInside: () => true,
    standing: (device) => standings.get(device) ?? 'member',
    sinceMs: (device) => sinceMs.get(device) ?? 0,
    onWaiting: (link) => waiting.push(link),
    onGone: (name) => gone.push(name),
    onRefused: (reason) => refused.push(reason),
    onFull: full,
  });
  /** Somebody arrives, and lets us in, too. */
  const enter = (device = bob, name = 'Bob', link = new FakeLink(), session?: SessionId) => {
    made.expect(link, device);
    link.greet({ device, name, ...(session && { session }) });
    link.peerAdmits();
    return link;
  };
  return { made, gone, refused, waiting, full, standings, sinceMs, enter, presences: () => made.present.value.map(({ name, presence }) => `${name} ${presence}`) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the roster', () => {
  it('lists a device once both sides have let each other in, and not before', () => {
    const { made, presences, waiting, sinceMs } = roster();
    sinceMs.set(bob, 5);
    const link = new FakeLink();
    made.expect(link, bob);
    expect(presences()).toEqual([]);
    link.greet();
    expect(waiting).toEqual([link]);
    expect(link.sent).toEqual([{ kind: 'admitted' }]);
    expect(presences()).toEqual([]);
    link.peerAdmits();
    expect(presences()).toEqual(['Bob here']);
    expect(made.members.value).toMatchObject([{ device: bob, sinceMs: 5 }]);
    expect(made.present.value[0]?.code).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('keeps a device of unknown standing waiting until it is looked at again', () => {
    const { made, enter, standings, presences } = roster();
    standings.set(bob, 'unknown');
    const link = enter();
    made.reconsider();
    expect(link.sent).toEqual([]);
    expect(presences()).toEqual([]);
    standings.set(bob, 'member');
    made.reconsider();
    expect(presences()).toEqual(['Bob here']);
  });

  it('closes the link of a device that is removed, and tells it so', () => {
    const { made, enter, standings, presences, gone } = roster();
    const [bobs, eves] = [enter(), enter(eve, 'Eve')];
    standings.set(bob, 'removed');
    made.reconsider();
    expect(bobs.closed).toEqual(['removed']);
    expect(eves.closed).toEqual([]);
    expect(presences()).toEqual(['Eve here']);
    vi.runAllTimers();
    expect(gone).toEqual([]);
  });

  it('lets no removed device in, nor one that is away and was removed meanwhile', () => {
    const { made, enter, standings, presences } = roster();
    enter().end({ kind: 'bye', reason: 'away' });
    standings.set(bob, 'removed');
    made.reconsider();
    expect(presences()).toEqual([]);
    const again = enter();
    expect(again.sent).toEqual([]);
    expect(presences()).toEqual([]);
  });

  it('follows from when on a device may see what was said', () => {
    const { made, enter, sinceMs } = roster();
    enter();
    sinceMs.set(bob, 7);
    made.reconsider();
    expect(made.members.value[0]?.sinceMs).toBe(7);
  });

  it('refuses a link that turns out to be another device', () => {
    const { made, presences, refused } = roster();
    const link = new FakeLink();
    made.expect(link, bob);
    link.greet({ device: eve });
    expect(link.closed).toHaveLength(1);
    expect(presences()).toEqual([]);
    expect(refused).toHaveLength(1);
  });

  it('refuses a link to this very device', () => {
    const { made, enter } = roster();
    expect(enter(alice, 'Alice').closed).toHaveLength(1);
    expect(made.members.value).toEqual([]);
  });

  it('lets the newest link of a device win, and tells the old one why', () => {
    const { enter, presences, gone } = roster();
    const old = enter();
    vi.advanceTimersByTime(timing.pingMs);
    const next = enter();
    expect(old.closed).toEqual(['replaced']);
    const moved = enter(bob, 'Bob', new FakeLink(), elsewhere);
    expect(next.closed).toEqual(['moved']);
    expect(moved.closed).toEqual([]);
    expect(presences()).toEqual(['Bob here']);
    vi.runAllTimers();
    expect(gone).toEqual([]);
  });

  it('keeps the same one of two links that came up at once, in whichever order they did', () => {
    const kept = (first: FakeLink, second: FakeLink) => {
      const { enter, made } = roster();
      enter(bob, 'Bob', first);
      enter(bob, 'Bob', second);
      expect([...first.closed, ...second.closed]).toEqual(['replaced']);
      return made.members.value.map(({ link }) => link.pairKey);
    };
    const one = new Uint8Array(32);
    const pairs = () => [new FakeLink(one), new FakeLink(one)] as const;
    const [a, b] = pairs();
    // The other side's ends have the same keys.
    const [c, d] = [mirror(a), mirror(b)];
    expect(kept(a, b)).toEqual(kept(d, c));
  });

  it('takes the newer of two at once when the older one is interrupted', () => {
    const { enter } = roster();
    const old = enter();
    old.interrupted.set(true);
    const next = enter();
    expect(old.closed).toEqual(['replaced']);
    expect(next.closed).toEqual([]);
  });

  it('has room for eleven others; the next is told that there is none', () => {
    const { enter, made, full } = roster();
    const others = limits.peopleInRoom - 1;
    for (let at = 0; at < others; at++) enter(String.fromCodePoint(0x62 + at).repeat(26) as DeviceId, `Guest ${at}`);
    const late = enter('z'.repeat(26) as DeviceId, 'Zoe');
    expect(late.closed).toEqual(['full']);
    expect(full).toHaveBeenCalledOnce();
    expect(made.members.value).toHaveLength(others);
    // Who is in is not in its own way.
    expect(enter(bob, 'Bob', new FakeLink(), elsewhere).closed).toEqual([]);
  });

  it('waits a moment for somebody whose page went away, then says so', () => {
    const { enter, presences, gone } = roster();
    enter().end({ kind: 'bye', reason: 'away' });
    expect(presences()).toEqual(['Bob reconnecting']);
    vi.advanceTimersByTime(timing.returnGraceMs - 1);
    expect(gone).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(gone).toEqual(['Bob']);
    expect(presences()).toEqual([]);
  });

  it('says nothing of somebody who is back in time', () => {
    const { enter, presences, gone } = roster();
    enter().end({ kind: 'bye', reason: 'away' });
    enter();
    vi.runAllTimers();
    expect(gone).toEqual([]);
    expect(presences()).toEqual(['Bob here']);
  });

  it('waits longer for a line that broke', () => {
    const { enter, gone } = roster();
    enter().end({ kind: 'failed' });
    vi.advanceTimersByTime(timing.linkSilenceMs - 1);
    expect(gone).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(gone).toEqual(['Bob']);
  });

  it('lets somebody who leaves go at once', () => {
    const { enter, gone } = roster();
    enter().end({ kind: 'bye', reason: 'leaving' });
    expect(gone).toEqual(['Bob']);
  });

  it('keeps the others when one goes', () => {
    const { enter, presences } = roster();
    const link = enter();
    enter(eve, 'Eve');
    link.end({ kind: 'violation', reason: 'malformed' });
    vi.runAllTimers();
    expect(presences()).toEqual(['Eve here']);
  });

  it('shows an interrupted line, and the name as it changes', () => {
    const { enter, presences } = roster();
    const link = enter();
    link.interrupted.set(true);
    expect(presences()).toEqual(['Bob reconnecting']);
    link.interrupted.set(false);
    link.hear({ kind: 'profile', name: 'Robert' });
    expect(presences()).toEqual(['Robert here']);
  });

  it('shows colour and picture as they are chosen, but nothing that a browser would run', () => {
    const { enter, made } = roster();
    const link = enter();
    const picture = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
    link.hear({ kind: 'profile', name: 'Bob', tint: 3, picture: encodeBase64Url(picture) });
    expect(made.present.value[0]).toMatchObject({ tint: 3, picture });
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
    link.hear({ kind: 'profile', name: 'Bob', tint: 3, picture: encodeBase64Url(svg) });
    expect(made.present.value[0]).toMatchObject({ tint: 3, picture: undefined });
  });

  it('keeps colour and picture of somebody who comes back', () => {
    const { enter, made } = roster();
    const link = enter();
    link.hear({ kind: 'profile', name: 'Bob', tint: 3 });
    link.end({ kind: 'bye', reason: 'away' });
    expect(made.present.value).toMatchObject([{ tint: 3, presence: 'reconnecting', code: undefined }]);
    enter();
    expect(made.present.value).toMatchObject([{ tint: 3, presence: 'here' }]);
  });

  it('lets no link open behind a room that was left', () => {
    const { made, presences } = roster();
    const link = new FakeLink();
    made.expect(link, bob);
    made.closeAll('leaving');
    link.greet();
    expect(link.closed).toEqual(['leaving']);
    expect(presences()).toEqual([]);
  });

  it('notices a link that was gone before it was expected', () => {
    const { made, refused } = roster();
    const link = new FakeLink();
    link.end({ kind: 'failed' });
    made.expect(link, bob);
    expect(refused).toEqual([{ kind: 'failed' }]);
  });

  it('asks nobody to go whose doubt has ended, or who is back with a doubt of their own', () => {
    const { made, enter, standings, presences } = roster();
    const link = enter();
    standings.set(bob, 'unknown');
    made.reconsider();
    vi.advanceTimersByTime(1_500);
    standings.set(bob, 'member');
    made.reconsider();
    standings.set(bob, 'unknown');
    made.reconsider();
    vi.advanceTimersByTime(1_500);
    expect(presences()).toEqual(['Bob here']);
    vi.advanceTimersByTime(500);
    expect(link.closed).toEqual(['removed']);
    expect(presences()).toEqual([]);
  });

  it('has no timers left when the room is left', () => {
    const { made, enter, standings } = roster();
    enter();
    standings.set(bob, 'unknown');
    made.reconsider();
    made.closeAll('leaving');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves nobody behind when the room is left', () => {
    const { made, enter, gone } = roster();
    const link = enter();
    made.closeAll('leaving');
    vi.runAllTimers();
    expect(link.closed).toEqual(['leaving']);
    expect(gone).toEqual([]);
    expect(made.members.value).toEqual([]);
  });
});

/** The end of the same link on the other side. */
function mirror({ pairKey }: FakeLink): FakeLink {
  return Object.defineProperty(new FakeLink(), 'pairKey', { value: pairKey });
}
