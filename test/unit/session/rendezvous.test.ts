import { describe, expect, it } from 'vitest';
import type { SessionId } from '../../../src/core/ids';
import { Rendezvous, type Neighbour, type SlotNumber, type Standing } from '../../../src/session/rendezvous';
import { VirtualClock } from '../../support/simulation/virtual-clock';

const session = 'm'.repeat(26) as SessionId;
const smaller = 'a'.repeat(26) as SessionId;
const larger = 'z'.repeat(26) as SessionId;

/** Waits are not jittered: chance is always even. What it did is told in order, with the second it was done at. */
function rendezvous(standing: Standing) {
  const clock = new VirtualClock();
  const log: string[] = [];
  const tell = (what: string): void => void log.push(`${Math.round(clock.nowMs / 100) / 10} ${what}`);
  const made = new Rendezvous(
    {
      session,
      random: () => 0.5,
      setTimer: (afterMs, action) => clock.setTimer(afterMs, action),
      claim: (slot) => tell(`claim ${slot}`),
      release: (slot) => tell(`release ${slot}`),
      knock: (slots) => tell(`knock ${slots.join('')}`),
    },
    standing,
  );
  return {
    made,
    run: (seconds: number) => clock.runFor(1_000 * seconds),
    /** What was done since it was last asked. */
    done: () => log.splice(0),
  };
}

function neighbour(of: SessionId, ...slots: readonly SlotNumber[]): Neighbour {
  return { session: of, slots };
}

describe('a guest', () => {
  it('claims the first slot and knocks at all three at once, and more and more seldom while nobody answers', () => {
    const { made, run, done } = rendezvous('guest');
    made.setReachable(true);
    expect(done()).toEqual(['0 claim 0', '0 knock 012']);
    made.slotChanged(0, 'taken');
    run(1.4);
    expect(made.outlook.value).toBe('looking');
    run(0.2);
    expect(made.outlook.value).toBe('nobody');
    run(50);
    expect(done().filter((what) => what.includes('knock'))).toEqual(['2 knock 012', '7 knock 012', '22 knock 012', '37 knock 012']);
  });

  it('is a doorbell at the first slot, and knocks again when somebody has come to it, but not for each of many', () => {
    const { made, run, done } = rendezvous('guest');
    made.setReachable(true);
    made.slotChanged(0, 'held');
    expect(made.holds.value).toEqual([0]);
    run(10);
    done();
    for (let knock = 0; knock < 20; knock++) made.heardKnock();
    run(1);
    made.heardKnock();
    run(1);
    expect(done()).toEqual(['10.5 knock 12']);
  });

  it('gives its doorbell up to somebody with standing, and doesn’t come back to it', () => {
    const { made, run, done } = rendezvous('guest');
    made.setReachable(true);
    made.slotChanged(0, 'held');
    made.yield(0);
    expect(made.holds.value).toEqual([]);
    run(300);
    made.again();
    expect(done().filter((what) => what.includes('claim') || what.includes('release'))).toEqual(['0 claim 0', '0 release 0']);
  });

  it('rings at its pace once it is heard, leaving the slot to the members, and looks around when the ring falls silent', () => {
    const { made, run, done } = rendezvous('guest');
    made.setReachable(true);
    made.slotChanged(0, 'held');
    made.heardReply('presence');
    expect(made.outlook.value).toBe('answered');
    expect(done()).toEqual(['0 claim 0', '0 knock 012', '0 release 0']);
    run(10.5);
    expect(done()).toEqual(['10 knock 012']);
    made.heardReply('presence');
    run(10.5);
    expect(done()).toEqual(['20.5 knock 012']);
    run(1);
    expect(made.outlook.value).toBe('looking');
    expect(done()).toEqual(['22 claim 0', '22 knock 012']);
    run(1.6);
    expect(made.outlook.value).toBe('nobody');
  });

  it.each(['refusal', 'accept'] as const)('is silent after %s, until it is asked to try again', (reply) => {
    const { made, run, done } = rendezvous('guest');
    made.setReachable(true);
    made.slotChanged(0, 'taken');
    made.heardReply(reply);
    done();
    run(600);
    made.networkChanged();
    made.heardReply('presence');
    expect(done()).toEqual([]);
    made.again();
    expect(made.outlook.value).toBe('looking');
    expect(done()).toEqual(['600 claim 0', '600 knock 012']);
  });

  it('says nothing while the server can’t be reached, and claims nobody’s absence from that', () => {
    const { made, run, done } = rendezvous('guest');
    run(60);
    expect(done()).toEqual([]);
    made.setReachable(true);
    run(1);
    made.setReachable(false);
    run(60);
    expect(made.outlook.value).toBe('looking');
  });
});

describe('a member alone', () => {
  it('takes the lowest slot to be had, and knocks at the others at once and three times more', () => {
    const { made, run, done } = rendezvous('member');
    made.setReachable(true);
    made.slotChanged(0, 'taken');
    made.slotChanged(1, 'held');
    expect(done()).toEqual(['0 claim 0', '0 knock 012', '0 claim 1', '0 knock 02']);
    run(100);
    expect(done()).toEqual(['2 knock 02', '7 knock 02', '22 knock 02']);
    expect(made.outlook.value).toBe('nobody');
  });

  it('is still looking while others hold all the slots, and tries for one and knocks until then', () => {
    const { made, run, done } = rendezvous('member');
    made.setReachable(true);
    for (const slot of [0, 1, 2] as const) made.slotChanged(slot, 'taken');
    expect(done().filter((what) => what.includes('claim'))).toEqual(['0 claim 0', '0 claim 1', '0 claim 2']);
    run(1.9);
    expect(made.outlook.value).toBe('looking');
    run(0.2);
    expect(done()).toEqual(['2 knock 012', '2 claim 0']);
  });

  it('takes the first slot half a second after a doorbell has answered there', () => {
    const { made, run, done } = rendezvous('member');
    made.setReachable(true);
    for (const slot of [0, 1, 2] as const) made.slotChanged(slot, 'taken');
    done();
    made.heardReply('doorbell');
    run(0.6);
    expect(done()).toEqual(['0.5 claim 0']);
  });

  it('doesn’t knock while the link that it was promised is on its way', () => {
    const { made, run, done } = rendezvous('member');
    made.setReachable(true);
    made.slotChanged(0, 'held');
    done();
    made.heardReply('accept');
    run(20);
    expect(done()).toEqual([]);
    expect(made.outlook.value).toBe('answered');
    made.again();
    expect(done()).toEqual(['20 knock 12']);
  });

  it('waits for its link before it claims and knocks when it was let in a moment ago', () => {
    const { made, run, done } = rendezvous('guest');
    made.setReachable(true);
    made.slotChanged(0, 'taken');
    made.heardReply('accept');
    made.setStanding('member');
    done();
    run(1);
    // The first link stands before it is told who holds which slot.
    made.setNeighbours([neighbour(smaller)]);
    run(0.2);
    made.setNeighbours([neighbour(smaller, 0)]);
    run(0.2);
    expect(done()).toEqual([]);
    run(0.2);
    expect(done()).toEqual(['1.5 claim 1']);
    made.slotChanged(1, 'held');
    run(280);
    expect(done()).toEqual([]);
  });

  it('gives its slot up when it was removed, and is silent', () => {
    const { made, run, done } = rendezvous('member');
    made.setReachable(true);
    made.slotChanged(0, 'held');
    done();
    made.setStanding('guest');
    run(600);
    expect(done()).toEqual(['0 release 0']);
  });
});

describe('a member in a component', () => {
  it('claims the slot that is left when it is the first without one, and at most one', () => {
    const { made, run, done } = rendezvous('member');
    made.setReachable(true);
    made.slotChanged(0, 'taken');
    made.slotChanged(1, 'taken');
    made.slotChanged(2, 'taken');
    done();
    made.setNeighbours([neighbour(smaller, 0), neighbour(larger)]);
    made.setNeighbours([neighbour(smaller), neighbour(larger)]);
    run(2.1);
    made.slotChanged(0, 'held');
    run(60);
    expect(done().filter((what) => what.includes('claim'))).toEqual(['2 claim 0']);
  });

  it('leaves a vacant slot to those before it, and takes it after all when they don’t', () => {
    const { made, run, done } = rendezvous('member');
    const others = ['a', 'b', 'c'].map((letter) => neighbour(letter.repeat(26) as SessionId));
    made.setNeighbours([...others, neighbour(larger, 0), neighbour('y'.repeat(26) as SessionId, 2)]);
    made.setReachable(true);
    run(8.9);
    expect(done()).toEqual([]);
    run(0.2);
    expect(done()).toEqual(['9 claim 1']);
  });

  it('takes over a slot at once when its holder goes, and tries again at short intervals while the server doesn’t know it yet', () => {
    const { made, run, done } = rendezvous('member');
    made.setNeighbours([neighbour(smaller, 0), neighbour(larger, 1), neighbour('y'.repeat(26) as SessionId, 2)]);
    made.setReachable(true);
    run(60);
    done();
    made.setNeighbours([neighbour(larger, 1), neighbour('y'.repeat(26) as SessionId, 2)]);
    expect(done()).toEqual(['60 claim 0']);
    made.slotChanged(0, 'taken');
    run(2.1);
    made.slotChanged(0, 'taken');
    run(5.1);
    made.slotChanged(0, 'taken');
    run(15.1);
    expect(done().filter((what) => what.includes('claim'))).toEqual(['62 claim 0', '67.1 claim 0', '82.2 claim 0']);
  });

  it('makes one round for many losses, if it is the first', () => {
    const { made, run, done } = rendezvous('member');
    made.setNeighbours([neighbour('x'.repeat(26) as SessionId), neighbour('y'.repeat(26) as SessionId), neighbour(larger, 1)]);
    made.setReachable(true);
    made.slotChanged(0, 'held');
    run(100);
    done();
    made.setNeighbours([neighbour('y'.repeat(26) as SessionId), neighbour(larger, 1)]);
    run(0.5);
    made.setNeighbours([neighbour(larger, 1)]);
    run(1.5);
    expect(done()).toEqual(['101 knock 2']);
  });

  it('leaves the rounds to the first, and speaks up later, since that one may not reach the server', () => {
    const { made, run, done } = rendezvous('member');
    made.setNeighbours([neighbour(smaller, 0)]);
    made.setReachable(true);
    made.slotChanged(1, 'held');
    run(9.9);
    expect(done()).toEqual(['0 claim 1']);
    run(0.2);
    expect(done()).toEqual(['10 knock 2']);
  });

  it('knocks nowhere when its component holds all three', () => {
    const { made, run, done } = rendezvous('member');
    made.setNeighbours([neighbour(larger, 0), neighbour('y'.repeat(26) as SessionId, 1), neighbour('x'.repeat(26) as SessionId, 2)]);
    made.setReachable(true);
    made.networkChanged();
    run(3_600);
    expect(done()).toEqual([]);
  });

  it('answers a knock the later the more slots below are held by its own', () => {
    const { made } = rendezvous('member');
    made.setNeighbours([neighbour(smaller, 0), neighbour(larger, 2)]);
    made.setReachable(true);
    made.slotChanged(1, 'held');
    expect([0, 1, 2].map((slot) => made.answerDelayMs(slot as SlotNumber))).toEqual([0, 400, 800]);
    made.setNeighbours([neighbour(larger, 2)]);
    expect([1, 2].map((slot) => made.answerDelayMs(slot as SlotNumber))).toEqual([0, 400]);
  });

  it('keeps its claim while the connection of its slot is away, and tells the others that it has none', () => {
    const { made, done } = rendezvous('member');
    made.setReachable(true);
    made.slotChanged(0, 'held');
    done();
    made.slotChanged(0, 'lost');
    expect(made.holds.value).toEqual([]);
    made.slotChanged(0, 'held');
    expect(made.holds.value).toEqual([0]);
    expect(done()).toEqual([]);
  });

  it('releases a slot whose answer comes after it was given up', () => {
    const { made, done } = rendezvous('member');
    made.setReachable(true);
    made.stop();
    made.slotChanged(0, 'held');
    expect(done().slice(2)).toEqual(['0 release 0', '0 release 0']);
    expect(made.holds.value).toEqual([]);
  });
});
