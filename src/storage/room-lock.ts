/**
 * One tab a room: two tabs of one browser would answer each ring twice, and overwrite each other's drafts.
 *
 * The tab that works in a room holds a Web Lock (W3C Web Locks §2). Another may wait until it is free, or ask for it; a tab that is asked lets go, and one that
 * doesn't within three seconds (frozen, crashed) has it taken away.
 */
import { timing } from '../config';
import type { RoomAlias } from '../core/ids';

const askAgainMs = 250;

/** `signal` aborts when the room is to be let go: another tab asked for it, or took it. */
export interface RoomHold {
  readonly signal: AbortSignal;
  release(): void;
}

export interface RoomLock {
  /** At once, or undefined when another tab has the room. */
  tryHold(): Promise<RoomHold | undefined>;
  /** When it is free; rejects with the signal's reason when it aborts before. */
  waitToHold(signal: AbortSignal): Promise<RoomHold>;
  /** Asks the tab that has it, and takes it after `timing.handOverMs`. */
  takeOver(): Promise<RoomHold>;
}

export function createRoomLock(alias: RoomAlias): RoomLock {
  const name = `mindmeet/room/${alias}`;
  return {
    tryHold: () => requestHold(name, { ifAvailable: true }),
    async waitToHold(signal) {
      const hold = await requestHold(name, { signal });
      if (!hold) throw new Error('a lock that was waited for came without a lock');
      return hold;
    },
    async takeOver() {
      // Again and again, since the lock may go to another tab that waited, and did not hear.
      askForRelease(name);
      const asking = setInterval(() => askForRelease(name), askAgainMs);
      const patience = AbortSignal.timeout(timing.handOverMs);
      const hold = await requestHold(name, { signal: patience })
        .catch((reason: unknown) => {
          if (!patience.aborted) throw reason;
          return requestHold(name, { steal: true });
        })
        .finally(() => clearInterval(asking));
      if (!hold) throw new Error('a lock that was stolen came without a lock');
      return hold;
    },
  };
}

function requestHold(name: string, options: LockOptions): Promise<RoomHold | undefined> {
  return new Promise((resolve, reject) => {
    const lost = new AbortController();
    const held = navigator.locks.request(name, options, (lock) => {
      if (!lock) return resolve(undefined);
      return new Promise<void>((release) => {
        lost.signal.addEventListener('abort', () => release(), { once: true });
        releaseWhenAsked(name, lost);
        resolve({ signal: lost.signal, release: () => lost.abort() });
      });
    });
    // Rejects when waiting was aborted, or later when the lock was stolen: then the promise above is settled already, and only the abort is news.
    held.catch((reason: unknown) => {
      lost.abort();
      reject(reason);
    });
  });
}

function askForRelease(name: string): void {
  const channel = new BroadcastChannel(name);
  channel.postMessage('release');
  channel.close();
}

function releaseWhenAsked(name: string, hold: AbortController): void {
  const channel = new BroadcastChannel(name);
  channel.addEventListener('message', () => hold.abort(), { signal: hold.signal });
  hold.signal.addEventListener('abort', () => channel.close(), { once: true });
}
