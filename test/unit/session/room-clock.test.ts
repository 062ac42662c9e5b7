import { describe, expect, it } from 'vitest';
import { limits, timing } from '../../../src/config';
import { RoomClock } from '../../../src/session/room-clock';

const hourMs = 3_600_000;
const startMs = Date.UTC(2024, 0, 1);

describe('the clock of a room', () => {
  it('comes back to the true time after one device was ahead, while others write on', () => {
    let nowMs = startMs;
    const [alice, bob] = [new RoomClock(() => nowMs), new RoomClock(() => nowMs)];
    alice.observe({ wallMs: nowMs + 47 * hourMs, counter: 0 });
    for (let hours = 0; hours < 100; hours++) {
      nowMs += hourMs;
      const said = (hours % 2 ? alice : bob).next();
      for (const clock of [alice, bob]) clock.observe(said);
    }
    expect(alice.peek().wallMs).toBeLessThanOrEqual(nowMs + 60_000);
  });

  it('melts a lead while people write without a rest, at a pace that counts', () => {
    let nowMs = startMs;
    const clock = new RoomClock(() => nowMs);
    clock.observe({ wallMs: nowMs + hourMs, counter: 0 });
    const walls: number[] = [];
    for (let at = 0; at < 3_600; at++) {
      nowMs += 1_000;
      walls.push(clock.next().wallMs);
    }
    const paces = walls.slice(limits.eventsInPace).map((wallMs, at) => wallMs - (walls[at] ?? 0));
    expect(Math.min(...paces)).toBeGreaterThanOrEqual(timing.paceWindowMs);
    expect(clock.peek().wallMs - nowMs).toBeLessThan(0.95 * hourMs);
  });

  it('goes on while a device’s own clock, once put back, is behind what it wrote', () => {
    let nowMs = startMs;
    const clock = new RoomClock(() => nowMs);
    const before = clock.next();
    nowMs -= hourMs;
    clock.peek();
    nowMs += timing.paceWindowMs;
    expect(clock.peek().wallMs - before.wallMs).toBeGreaterThan(timing.paceWindowMs / 2);
  });

  it('is moved by nobody more than two days ahead, but by whoever let this device in', () => {
    const clock = new RoomClock(() => startMs);
    clock.observe({ wallMs: startMs + timing.clockAheadMs + 1, counter: 0 });
    expect(clock.peek().wallMs).toBe(startMs);
    const enteredMs = startMs + 2 * timing.clockAheadMs;
    clock.enter(enteredMs);
    expect(clock.peek().wallMs).toBe(enteredMs);
    clock.observe({ wallMs: enteredMs + hourMs, counter: 0 });
    expect(clock.peek().wallMs).toBe(enteredMs + hourMs);
  });

  it('gives newcomers a time after all that was said, but not after what moves nobody', () => {
    const clock = new RoomClock(() => startMs);
    expect(clock.afterAllMs).toBe(startMs);
    clock.observe({ wallMs: startMs + hourMs, counter: 3 });
    expect(clock.afterAllMs).toBe(startMs + hourMs + 1);
    clock.follow({ wallMs: startMs + 365 * 24 * hourMs, counter: 0 });
    expect(clock.afterAllMs).toBe(startMs + timing.clockAheadMs + 1);
  });
});
