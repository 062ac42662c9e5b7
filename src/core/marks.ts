/** All that annotations have made of one message: a merge in any order, however often, gives the same. */
import { comparePlaces, type Place } from './log-event';
import type { Mention, Annotation } from './event-content';
import type { DeviceId, MessageId } from './ids';

/** Versions of one message that are kept of each device: the latest. */
export const editionsKept = 50;

export interface Edition {
  readonly at: Place;
  readonly by: DeviceId;
  readonly text: string;
  readonly mentions: readonly Mention[];
}

export interface ReactionMark {
  readonly at: Place;
  readonly by: DeviceId;
  /** '': taken back. */
  readonly emoji: string;
}

export interface PinMark {
  readonly at: Place;
  readonly by: DeviceId;
  readonly on: boolean;
}

export interface Mark {
  readonly target: MessageId;
  /** Devices that said it shall go; the author's word counts. */
  readonly deletedBy: readonly DeviceId[];
  /** In order, oldest first, at most `editionsKept`: the latest. */
  readonly editions: readonly Edition[];
  /** One a device: its last. */
  readonly reactions: readonly ReactionMark[];
  readonly pin: PinMark | undefined;
}

/** What one annotation alone makes of its target. */
export function markOf(content: Annotation, at: Place, by: DeviceId): Mark {
  const none: Mark = { target: content.target, deletedBy: [], editions: [], reactions: [], pin: undefined };
  const place: Place = { clock: at.clock, feed: at.feed, sequence: at.sequence };
  switch (content.kind) {
    case 'edit':
      return { ...none, editions: [{ at: place, by, text: content.text, mentions: content.mentions ?? [] }] };
    case 'delete':
      return { ...none, deletedBy: [by] };
    case 'reaction':
      return { ...none, reactions: [{ at: place, by, emoji: content.emoji }] };
    case 'pin':
      return { ...none, pin: { at: place, by, on: content.on } };
  }
}

/** Commutative, associative, and the same when repeated. Both are of the same target. */
export function mergeMarks(a: Mark, b: Mark): Mark {
  return {
    target: a.target,
    deletedBy: [...new Set([...a.deletedBy, ...b.deletedBy])].sort(),
    editions: mergeEditions(a.editions, b.editions),
    reactions: lastOfEach([...a.reactions, ...b.reactions]),
    pin: later(a.pin, b.pin),
  };
}

/** The latest of each device, so that nobody's flood pushes out the author's own. */
function mergeEditions(a: readonly Edition[], b: readonly Edition[]): readonly Edition[] {
  const editionsByPlace = new Map([...a, ...b].map((edition) => [`${edition.at.feed}.${edition.at.sequence}`, edition]));
  const inOrder = [...editionsByPlace.values()].sort((one, other) => comparePlaces(one.at, other.at));
  const counts = new Map<DeviceId, number>();
  return inOrder
    .reverse()
    .filter(({ by }) => {
      const count = (counts.get(by) ?? 0) + 1;
      counts.set(by, count);
      return count <= editionsKept;
    })
    .reverse();
}

function lastOfEach(reactions: readonly ReactionMark[]): readonly ReactionMark[] {
  const lastByDevice = new Map<DeviceId, ReactionMark>();
  for (const reaction of reactions) lastByDevice.set(reaction.by, later(lastByDevice.get(reaction.by), reaction) ?? reaction);
  return [...lastByDevice.values()].sort((a, b) => comparePlaces(a.at, b.at));
}

function later<Value extends { readonly at: Place }>(a: Value | undefined, b: Value | undefined): Value | undefined {
  if (!a || !b) return a ?? b;
  return comparePlaces(a.at, b.at) >= 0 ? a : b;
}
