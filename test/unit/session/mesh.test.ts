import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/config';
import type { DeviceId, SessionId } from '../../../src/core/ids';
import { Mesh, type MeshPeer } from '../../../src/session/mesh';
import type { SlotNumber } from '../../../src/session/rendezvous';
import { VirtualClock } from '../../support/simulation/virtual-clock';

const self = 'm'.repeat(26) as SessionId;

/** `name`: of the session; its device is the part before the dot. */
function peer(name: string, key = 1): MeshPeer {
  return { session: name.padEnd(26, '_') as SessionId, sessionKey: new Uint8Array([key]), device: (name.split('.')[0] ?? name) as DeviceId, name };
}

function session(name: string): SessionId {
  return peer(name).session;
}

const [alice, bob, zoe] = [peer('alice'), peer('bob'), peer('zoe')];

function mesh(strangers: readonly string[] = []) {
  const clock = new VirtualClock();
  const log: string[] = [];
  const told: { readonly to: SessionId; readonly peers: readonly MeshPeer[]; readonly slots: readonly SlotNumber[] }[] = [];
  const keys: number[] = [];
  const removed = new Set<string>(strangers);
  const made = new Mesh({
    session: self,
    random: () => 0.5,
    setTimer: (afterMs, action) => clock.setTimer(afterMs, action),
    mayLink: (device) => !removed.has(device),
    tell: (to, peers, slots) => void told.push({ to, peers, slots }),
    approach(other, via) {
      keys.push(other.sessionKey[0] ?? 0);
      log.push(`${Math.round(clock.nowMs / 100) / 10} ${other.name} via ${via.replace(/_+$/u, '')}`);
    },
  });
  return { made, told, keys, removed, run: (seconds: number) => clock.runFor(1_000 * seconds), approaches: () => log.splice(0), connecting: () => made.connecting.value.map(({ name }) => name) };
}

describe('the mesh', () => {
  it('tells all neighbours of each other and of the own slots, once for many changes', () => {
    const { made, told, run } = mesh();
    made.linked(alice);
    made.linked(bob);
    made.setOwnSlots([1]);
    expect(told).toEqual([]);
    run(0);
    expect(told).toEqual([
      { to: alice.session, peers: [bob], slots: [1] },
      { to: bob.session, peers: [alice], slots: [1] },
    ]);
    expect(made.neighbours.value).toEqual([
      { session: alice.session, slots: [] },
      { session: bob.session, slots: [] },
    ]);
  });

  it('approaches a larger session at once and a smaller one after a while, through the neighbour that told', () => {
    const { made, run, approaches, connecting } = mesh();
    made.linked(bob);
    made.heard(bob.session, [alice, zoe], [2]);
    expect(made.neighbours.value).toEqual([{ session: bob.session, slots: [2] }]);
    expect(connecting()).toEqual(['alice', 'zoe']);
    expect(approaches()).toEqual(['0 zoe via bob']);
    run(3);
    expect(approaches()).toEqual(['3 alice via bob']);
    made.linked(zoe);
    made.linked(alice);
    expect(connecting()).toEqual([]);
    run(60);
    expect(approaches()).toEqual([]);
  });

  it('leaves the attempt to a peer that has begun one', () => {
    const { made, run, approaches } = mesh();
    made.linked(bob);
    made.heard(bob.session, [alice], []);
    run(1);
    made.approached(alice.session);
    run(20);
    expect(approaches()).toEqual([]);
    made.attemptEnded(alice.session);
    run(5);
    expect(approaches()).toEqual(['26 alice via bob']);
  });

  it('tries again after 2, 4, 8 and every 15 s, each time through another who tells of the peer', () => {
    const { made, run, approaches, keys } = mesh();
    made.linked(alice);
    made.linked(bob);
    made.heard(alice.session, [peer('zoe', 7)], []);
    made.heard(bob.session, [peer('zoe', 8)], []);
    for (const seconds of [2, 4, 8, 15, 15]) {
      made.attemptEnded(zoe.session);
      run(seconds);
    }
    expect(approaches()).toEqual(['0 zoe via alice', '2 zoe via bob', '6 zoe via alice', '14 zoe via bob', '29 zoe via alice', '44 zoe via bob']);
    expect(keys).toEqual([7, 8, 7, 8, 7, 8]);
  });

  it('ends an attempt itself of which it never hears again', () => {
    const { made, run, approaches } = mesh();
    made.linked(bob);
    made.heard(bob.session, [zoe], []);
    run(60);
    expect(approaches().length).toBe(2);
  });

  it('forgets whom nobody tells of any more', () => {
    const { made, run, approaches, connecting } = mesh();
    made.linked(bob);
    made.heard(bob.session, [zoe], []);
    made.attemptEnded(zoe.session);
    made.heard(bob.session, [], []);
    expect(connecting()).toEqual([]);
    run(60);
    expect(approaches()).toEqual(['0 zoe via bob']);
  });

  it('approaches only whom the room lets in, and those as soon as it does', () => {
    const { made, removed, approaches, connecting } = mesh(['zoe']);
    made.linked(bob);
    made.heard(bob.session, [zoe], []);
    expect([connecting(), approaches()]).toEqual([[], []]);
    removed.delete('zoe');
    made.membershipChanged();
    expect([connecting(), approaches()]).toEqual([['zoe'], ['0 zoe via bob']]);
  });

  it('hears nothing of those it isn’t linked with, and takes no more from a neighbour than there can be', () => {
    const { made, approaches } = mesh();
    made.heard(bob.session, [zoe], [0]);
    expect(approaches()).toEqual([]);
    made.linked(bob);
    made.heard(bob.session, Array.from({ length: 100 }, (_, index) => peer(`z${index}`)), []);
    expect(approaches().length).toBe(limits.peersTold);
    made.linked(alice);
    made.heard(alice.session, Array.from({ length: 100 }, (_, index) => peer(`y${index}`)), []);
    expect(approaches()).toEqual([]);
    made.attemptEnded(session('z0'));
    expect(approaches()).toEqual(['0 y0 via alice']);
  });

  it('doesn’t chase who has just left, but goes after who is still told of a little later', () => {
    const { made, run, approaches, connecting } = mesh();
    made.linked(bob);
    made.linked(zoe);
    made.heard(bob.session, [zoe], []);
    made.unlinked(zoe.session);
    expect([connecting(), approaches()]).toEqual([[], []]);
    run(3);
    expect([connecting(), approaches()]).toEqual([['zoe'], ['3 zoe via bob']]);
  });

  it('lets the session of a device that was linked last win, whatever others tell of the one before', () => {
    const { made, run, approaches, connecting } = mesh();
    made.linked(bob);
    made.linked(peer('zoe.1'));
    made.heard(bob.session, [peer('zoe.1')], []);
    made.linked(peer('zoe.2'));
    expect(made.neighbours.value.map((one) => one.session)).toEqual([bob.session, session('zoe.2')]);
    made.unlinked(session('zoe.1'));
    made.heard(bob.session, [peer('zoe.1'), peer('zoe.2')], []);
    run(60);
    expect([connecting(), approaches()]).toEqual([[], []]);
  });

  it('approaches a newer session of a device though the older one is still linked', () => {
    const { made, approaches, connecting } = mesh();
    made.linked(bob);
    made.linked(peer('zoe.1'));
    made.heard(bob.session, [peer('zoe.2')], []);
    expect(approaches()).toEqual(['0 zoe.2 via bob']);
    // Its people see it as here.
    expect(connecting()).toEqual([]);
  });

  it('knows whom neighbours tell of, also while a link to it or to its device stands', () => {
    const { made, removed } = mesh();
    made.linked(alice);
    made.linked(bob);
    made.heard(alice.session, [peer('bob', 7), peer('bob.2'), zoe], []);
    made.heard(bob.session, [peer('zoe', 8)], []);
    expect(made.toldOf(bob.session)).toEqual([peer('bob', 7)]);
    expect(made.toldOf(session('bob.2'))).toEqual([peer('bob.2')]);
    expect(made.toldOf(zoe.session)).toEqual([zoe, peer('zoe', 8)]);
    removed.add('zoe');
    expect(made.toldOf(zoe.session)).toEqual([]);
    expect(made.toldOf(session('eve'))).toEqual([]);
  });

  it('does nothing any more once it is stopped', () => {
    const { made, told, run, approaches } = mesh();
    made.linked(bob);
    made.heard(bob.session, [alice], []);
    made.stop();
    run(60);
    expect([told, approaches(), made.neighbours.value]).toEqual([[], [], []]);
  });
});
