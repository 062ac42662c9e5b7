/** The one word on where a person stands with a room, from everything that is known about it. */
import type { ArrivalState } from './arrival';
import type { RoomFace, RoomPhase } from './faces';
import type { Outlook } from './rendezvous';

export interface PhaseFacts {
  readonly kind: RoomFace['kind'];
  /** Let in, whether anybody else is there or not. */
  readonly inside: boolean;
  /** Removed by a host, and silent since. */
  readonly removed: boolean;
  /** Nobody else is shown in the room. */
  readonly alone: boolean;
  /** Somebody was there since this page was opened, or the person has chosen to wait for the first one. */
  readonly settled: boolean;
  /** What our own knocks came to. */
  readonly state: ArrivalState;
  readonly outlook: Outlook;
  readonly before: RoomPhase;
}

export function roomPhase(facts: PhaseFacts): RoomPhase {
  if (facts.inside) return facts.kind === 'link' ? memberPhase(facts) : namedPhase(facts);
  return facts.removed ? 'removed' : guestPhase(facts);
}

function memberPhase({ alone, state }: PhaseFacts): RoomPhase {
  return alone && state === 'full' ? 'full' : 'inside';
}

/** Whoever knows the name is inside; whether it is the room that was meant shows by who else is there. */
function namedPhase({ alone, settled, state, outlook }: PhaseFacts): RoomPhase {
  if (alone && (state === 'password' || state === 'wrong-password')) return state;
  if (!alone || settled) return 'inside';
  return outlook === 'nobody' ? 'empty' : 'looking';
}

function guestPhase({ state, outlook, before }: PhaseFacts): RoomPhase {
  switch (state) {
    case 'waiting':
    case 'waiting-for-host':
    case 'refused':
    case 'full':
    case 'locked':
    case 'closed':
    case 'password':
    case 'wrong-password':
      return state;
    case 'version':
      return 'refused';
    case 'accepted':
      return before;
    case 'idle':
    case 'knocking':
      return outlook === 'nobody' ? 'nobody' : 'looking';
  }
}
