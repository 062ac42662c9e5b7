import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { timing } from '../../../src/config';
import type { DeviceId, SessionId } from '../../../src/core/ids';
import type { CloseReason } from '../../../src/network/link';
import { Roster } from '../../../src/session/roster';
import { FakeLink } from '../../support/fake-link';

const bob = 'b'.repeat(26) as DeviceId;
const eve = 'e'.repeat(26) as DeviceId;

function roster() {
  const gone: string[] = [];
  const refused: CloseReason[] = [];
  const made = new Roster(
    (name) => gone.push(name),
    (reason) => refused.push(reason),
  );
  const enter = (device = bob, name = 'Bob', link = new FakeLink()) => {
    made.expect(link, device, 0);
    link.greet(device, name);
    return link;
  };
  return { made, gone, refused, enter, presences: () => made.people.value.map(({ name, presence }) => `${name} ${presence}`) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the roster', () => {
  it('lists a device once its link is through, and not before', () => {
    const { made, presences } = roster();
    const link = new FakeLink();
    made.expect(link, bob, 5);
    expect(presences()).toEqual([]);
    link.greet(bob, 'Bob');
    expect(presences()).toEqual(['Bob here']);
    expect(link.state.value.kind).toBe('member');
    expect(made.members.value).toMatchObject([{ device: bob, sinceMs: 5 }]);
  });

  it('refuses a link that turns out to be another device', () => {
    const { made, presences, refused } = roster();
    const link = new FakeLink();
    made.expect(link, bob, 0);
    link.greet(eve, 'Bob');
    expect(link.closed).toHaveLength(1);
    expect(presences()).toEqual([]);
    expect(refused).toHaveLength(1);
  });

  it('lets the newest link of a device win, and tells the old one why', () => {
    const { enter, made, presences, gone } = roster();
    const old = enter();
    const next = enter();
    expect(old.closed).toEqual(['replaced']);
    const elsewhere = new FakeLink();
    made.expect(elsewhere, bob, 0);
    elsewhere.greet(bob, 'Bob', 'o'.repeat(26) as SessionId);
    expect(next.closed).toEqual(['moved']);
    expect(elsewhere.closed).toEqual([]);
    expect(presences()).toEqual(['Bob here']);
    vi.runAllTimers();
    expect(gone).toEqual([]);
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

  it('lets no link open behind a room that was left', () => {
    const { made, presences } = roster();
    const link = new FakeLink();
    made.expect(link, bob, 0);
    made.closeAll('leaving');
    link.greet(bob, 'Bob');
    expect(link.closed).toEqual(['leaving']);
    expect(presences()).toEqual([]);
  });

  it('notices a link that was gone before it was expected', () => {
    const { made, refused } = roster();
    const link = new FakeLink();
    link.end({ kind: 'failed' });
    made.expect(link, bob, 0);
    expect(refused).toEqual([{ kind: 'failed' }]);
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
