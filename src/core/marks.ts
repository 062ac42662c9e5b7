/** All that annotations have made of one message: a merge in any order, however often, gives the same. */
import { comparePlaces, type Feed, type Place } from './log-event';
import type { Mention, Annotation } from './event-content';
import type { DeviceId, MessageId } from './ids';

/** Versions of one message that are kept: its author's latest. */
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
  /** In order, oldest first: the author's latest `editionsKept`; while nobody here knows who that is, the last of each device. */
  readonly editions: readonly Edition[];
  /** One a device: its last. */
  readonly reactions: readonly ReactionMark[];
  readonly pin: PinMark | undefined;
}

/** That it is pinned, and nothing else of the mark. */
export interface PinnedMark {
  readonly target: MessageId;
  readonly pin: PinMark;
}

export function noMark(target: MessageId): Mark {
  return { target, deletedBy: [], editions: [], reactions: [], pin: undefined };
}

/** What one annotation alone makes of its target. */
export function markOf(content: Annotation, at: Place, by: DeviceId): Mark {
  const none = noMark(content.target);
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

/** Commutative, associative, and the same when repeated. Both are of the same target, which `author` wrote, if that is known. */
export function mergeMarks(a: Mark, b: Mark, author?: DeviceId): Mark {
  return {
    target: a.target,
    deletedBy: [...new Set([...a.deletedBy, ...b.deletedBy])].sort(),
    editions: mergeEditions(a.editions, b.editions, author),
    reactions: lastOfEach([...a.reactions, ...b.reactions]),
    pin: later(a.pin, b.pin),
  };
}

/** What is left of a mark when this device's feed ends before `from`: all that came from there on goes, and that the device said that the message shall go. */
export function withoutEnd(mark: Mark, { id, device }: Pick<Feed, 'id' | 'device'>, from: number): Mark {
  const stays = ({ at }: { readonly at: Place }): boolean => at.feed !== id || at.sequence < from;
  return {
    target: mark.target,
    deletedBy: mark.deletedBy.filter((by) => by !== device),
    editions: mark.editions.filter(stays),
    reactions: mark.reactions.filter(stays),
    pin: mark.pin && stays(mark.pin) ? mark.pin : undefined,
  };
}

/**
 * Whatever others make of a message, its mark grows with its author's words alone. While nobody knows who that is, all may be: whoever knew from the beginning keeps as
 * many of the author's.
 */
function mergeEditions(a: readonly Edition[], b: readonly Edition[], author: DeviceId | undefined): readonly Edition[] {
  const editionsByPlace = new Map([...a, ...b].map((edition) => [`${edition.at.feed}.${edition.at.sequence}`, edition]));
  const inOrder = [...editionsByPlace.values()].sort((one, other) => comparePlaces(one.at, other.at));
  if (author !== undefined) return inOrder.filter(({ by }) => by === author).slice(-editionsKept);
  const laterByDevice = new Map<DeviceId, number>();
  const isKept = ({ by }: Edition): boolean => {
    const later = laterByDevice.get(by) ?? 0;
    laterByDevice.set(by, later + 1);
    return later < editionsKept;
  };
  return inOrder.reverse().filter(isKept).reverse();
}

function lastOfEach<Said extends { readonly at: Place; readonly by: DeviceId }>(all: readonly Said[]): readonly Said[] {
  const lastByDevice = new Map<DeviceId, Said>();
  for (const said of all) lastByDevice.set(said.by, later(lastByDevice.get(said.by), said) ?? said);
  return [...lastByDevice.values()].sort((a, b) => comparePlaces(a.at, b.at));
}

function later<Value extends { readonly at: Place }>(a: Value | undefined, b: Value | undefined): Value | undefined {
  if (!a || !b) return a ?? b;
  return comparePlaces(a.at, b.at) >= 0 ? a : b;
}
