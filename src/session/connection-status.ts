/** The one sentence on how the room is connected, from everything that is known about it. */
import type { ConnectionStatus } from './faces';

export interface ConnectionFacts {
  /** The signaling server holds our id. */
  readonly reachable: boolean;
  /** It was tried long enough to say that it is away. */
  readonly unreachableForLong: boolean;
  /** Not in the room yet, or back in it and without an answer so far. */
  readonly looking: boolean;
  /** Links of the people in the room; a lost one has no path. */
  readonly people: readonly { readonly path: 'unknown' | 'direct' | 'relayed' | 'lost' }[];
  /** Since somebody has been lost or interrupted, in milliseconds. */
  readonly reconnectingMs: number;
}

/** What needs attention comes first: a lost person, then the way in, then how it goes. */
export function connectionStatus(facts: ConnectionFacts): ConnectionStatus {
  const { people } = facts;
  if (people.some(({ path }) => path === 'lost')) return { kind: 'reconnecting', seconds: Math.floor(facts.reconnectingMs / 1_000) };
  if (!facts.reachable && facts.unreachableForLong) return { kind: 'introductions-offline' };
  if (people.length > 0) return { kind: people.some(({ path }) => path === 'relayed') ? 'relayed' : 'direct' };
  return { kind: !facts.reachable || facts.looking ? 'looking' : 'alone' };
}
