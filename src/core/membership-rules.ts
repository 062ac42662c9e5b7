/**
 * The rules of membership.ts, in the order in which they can be decided: the owner's events, then the hosts', then the members' passes, from those that owner and
 * hosts let in outwards. Nothing is asked of an event that depends on a later stage, so one pass over the events is enough.
 */
import type { DeviceId, EventId, FeedId } from './ids';
import { defaultSettings } from './membership';
import type { AdmissionEvent, AdmissionRule, Genesis, LinkChange, MemberGrant, Membership, Pass, PolicyChange, Removal, SettingsChange } from './membership';

type Change = PolicyChange | SettingsChange | LinkChange;

/** The same for the same events in any order, and repeated; events that entitle nobody to anything are passed over. */
export function evaluateMembership(genesis: Genesis, events: Iterable<AdmissionEvent>): Membership {
  const eventsById = new Map([...events].sort((a, b) => compareText(a.id, b.id)).map((event) => [event.id, event]));
  const feeds = new Feeds(eventsById);
  const standing = standingEvents(genesis, eventsById, feeds);
  const members = grants(genesis, standing);
  const removals = new Map([...standing.removals.subjects()].map((device) => [device, standing.removals.toCite(device)]));
  const { events: all } = standing;
  return {
    genesis,
    members,
    removed: new Map([...removals].filter(([device]) => !members.has(device))),
    removals,
    ...changesInForce(genesis, all),
    standing: all,
    heads: feeds.heads(),
  };
}

/** Whether the device's person may let in a stranger now. A pass of a member, or a stand-in, is given under `membership.rule.event`. */
export function isEntitledToAdmit(membership: Membership, device: DeviceId, hostsPresent: boolean): boolean {
  const { policy, standIn } = membership.rule.rule;
  const role = membership.members.get(device)?.role;
  if (!role || membership.settings.settings.closed) return false;
  return role !== 'member' || policy !== 'hosts' || (standIn && !hostsPresent);
}

/** Whether a member's pass may stand under this rule. Who was there when it was given nobody can prove, so a rule with stand-ins is one for members here. */
export function letsMembersAdmit({ policy, standIn }: AdmissionRule): boolean {
  return policy !== 'hosts' || standIn;
}

/**
 * The fewest events that show, together with the genesis, that the device is a member, and by which link the room is found now; each after those it rests on.
 * They tell nothing of removals: whoever trusts in them gets the others' events before it trusts anybody else whom they name.
 */
export function proofOf(membership: Membership, device: DeviceId): readonly AdmissionEvent[] {
  const pass = membership.members.get(device)?.pass;
  return [...new Set([...chainOf(membership, membership.link.event?.id), ...chainOf(membership, pass?.id)])];
}

/** What shows that the device was removed. */
export function proofOfRemoval(membership: Membership, device: DeviceId): readonly AdmissionEvent[] {
  return [...new Set((membership.removals.get(device) ?? []).flatMap(({ id }) => chainOf(membership, id)))];
}

/** What shows that the owner has closed the room; empty while it hasn't. */
export function proofOfClosing(membership: Membership): readonly AdmissionEvent[] {
  if (!membership.settings.settings.closed) return [];
  const closing = changesOf(membership.standing, 'settings').find(({ issuer, settings }) => issuer === membership.genesis.owner && settings.closed);
  return chainOf(membership, closing?.id);
}

/** How many of the passes between the owner and this one were given by members: each may be gone, or wrong, one day. */
export function membersBetween({ standing }: Membership, pass: Pass | undefined): number {
  let count = 0;
  for (let at = pass; at; at = passNamed(standing, at.by)) if (isGivenByMember(standing, at)) count++;
  return count;
}

/**
 * The last event of the device's feed that counts: Infinity for who is in the room, 0 for who never was. A feed that a removal names has ended there, even when its
 * device was let in again: it goes on in a new one.
 */
export function lastValidSequence({ members, removals }: Membership, device: DeviceId, feed: FeedId): number {
  const named = (removals.get(device) ?? []).flatMap(({ feeds }) => feeds.flatMap(([id, sequence]) => (id === feed ? [sequence] : [])));
  if (named.length > 0) return Math.max(...named);
  return members.has(device) ? Infinity : 0;
}

/** Larger wins. Numbers of versions and events are not trusted to be honest, so a host that uses the highest can't outrank the owner's. */
export function compareChanges({ owner }: Genesis, a: Change, b: Change): number {
  return a.version - b.version || Number(a.issuer === owner) - Number(b.issuer === owner) || a.sequence - b.sequence || compareText(a.id, b.id);
}

interface Standing {
  readonly events: ReadonlyMap<EventId, AdmissionEvent>;
  /** All of them. */
  readonly removals: Removals;
  /** Hosts are removed by the owner alone. */
  readonly ownersRemovals: Removals;
}

function standingEvents(genesis: Genesis, eventsById: ReadonlyMap<EventId, AdmissionEvent>, feeds: Feeds): Standing {
  const events = new Map<EventId, AdmissionEvent>();
  const issuedByPass = groupBy(eventsById.values(), ({ by }) => by);
  const issuedUnder = (pass: Pass): readonly AdmissionEvent[] => issuedByPass.get(pass.id)?.filter(({ issuer }) => issuer === pass.subject) ?? [];

  for (const event of issuedByPass.get(undefined) ?? []) if (event.issuer === genesis.owner && isForOwner(genesis, event)) events.set(event.id, event);
  const ownersRemovals = new Removals(events, feeds);

  for (const pass of passesOf(events, 'host')) {
    for (const event of issuedUnder(pass)) if (isForHost(genesis, event) && !ownersRemovals.voids(event, pass)) events.set(event.id, event);
  }
  const removals = new Removals(events, feeds);

  const tightenings = changesOf(events, 'policy').filter(({ rule }) => !letsMembersAdmit(rule));
  const isPermitted = (pass: Pass): boolean => {
    const under = pass.under === undefined ? undefined : events.get(pass.under);
    if (pass.under !== undefined && under?.kind !== 'policy') return false;
    if (!letsMembersAdmit(under?.kind === 'policy' ? under.rule : genesis.rule)) return false;
    const later = tightenings.filter((change) => under?.kind !== 'policy' || compareChanges(genesis, change, under) > 0);
    return later.every(({ upTo }) => feeds.holds(upTo.find(([device]) => device === pass.issuer)?.[1], pass));
  };
  const queue = passesOf(events, 'member');
  // Grows while it is walked: whom a member let in may let in others.
  for (const pass of queue) {
    for (const event of issuedUnder(pass)) {
      if (event.kind !== 'pass' || event.role === 'host' || event.subject === genesis.owner) continue;
      if (!isPermitted(event) || removals.voids(event, pass)) continue;
      events.set(event.id, event);
      queue.push(event);
    }
  }
  return { events, removals, ownersRemovals };
}

function isForOwner({ owner }: Genesis, event: AdmissionEvent): boolean {
  return !((event.kind === 'pass' || event.kind === 'removal') && event.subject === owner);
}

/** A removal of another host stands, but ends no pass of a host. */
function isForHost(genesis: Genesis, event: AdmissionEvent): boolean {
  return isForOwner(genesis, event) && !(event.kind === 'pass' && event.role === 'host');
}

function grants(genesis: Genesis, { events, removals, ownersRemovals }: Standing): ReadonlyMap<DeviceId, MemberGrant> {
  // Given by members, between the owner and each pass.
  const memberCounts = new Map<EventId, number>();
  const bestByDevice = new Map<DeviceId, Pass>();
  const isBetter = (pass: Pass, than: Pass): boolean => {
    if (pass.role !== than.role) return pass.role === 'host';
    if (pass.sinceMs !== than.sinceMs) return pass.sinceMs < than.sinceMs;
    const more = (memberCounts.get(pass.id) ?? 0) - (memberCounts.get(than.id) ?? 0);
    return more === 0 ? pass.id < than.id : more < 0;
  };
  // `events` has each pass after the one it rests on.
  for (const pass of events.values()) {
    if (pass.kind !== 'pass') continue;
    memberCounts.set(pass.id, ((pass.by && memberCounts.get(pass.by)) ?? 0) + Number(isGivenByMember(events, pass)));
    if ((pass.role === 'host' ? ownersRemovals : removals).ends(pass)) continue;
    const best = bestByDevice.get(pass.subject);
    if (!best || isBetter(pass, best)) bestByDevice.set(pass.subject, pass);
  }
  return new Map<DeviceId, MemberGrant>([
    [genesis.owner, { role: 'owner', key: genesis.ownerKey, pass: undefined, sinceMs: 0 }],
    ...[...bestByDevice].map(([device, pass]) => [device, { role: pass.role, key: pass.subjectKey, pass, sinceMs: pass.sinceMs }] as const),
  ]);
}

function changesInForce(genesis: Genesis, events: ReadonlyMap<EventId, AdmissionEvent>): Pick<Membership, 'rule' | 'settings' | 'link'> {
  const highest = <Kind extends Change>(changes: readonly Kind[]): Kind | undefined =>
    changes.reduce<Kind | undefined>((best, change) => (best && compareChanges(genesis, best, change) > 0 ? best : change), undefined);
  const policy = highest(changesOf(events, 'policy'));
  const settings = highest(changesOf(events, 'settings'));
  const ownersSettings = highest(changesOf(events, 'settings').filter(({ issuer }) => issuer === genesis.owner));
  const link = highest(changesOf(events, 'link'));
  const { gate, oneOff, closed } = ownersSettings?.settings ?? defaultSettings;
  return {
    rule: { rule: policy?.rule ?? genesis.rule, event: policy?.id, version: policy?.version ?? 0 },
    settings: { settings: { ...(settings?.settings ?? defaultSettings), gate, oneOff, closed }, version: settings?.version ?? 0 },
    link: { salt: link?.salt ?? genesis.salt, event: link, version: link?.version ?? 0 },
  };
}

/** What each device issued, in its own order. */
class Feeds {
  readonly #eventsById: ReadonlyMap<EventId, AdmissionEvent>;
  readonly #idsByLast = new Map<EventId, ReadonlySet<EventId>>();

  constructor(eventsById: ReadonlyMap<EventId, AdmissionEvent>) {
    this.#eventsById = eventsById;
  }

  /** Whether `event` is `last`, or its issuer had issued it before that one. */
  holds(last: EventId | undefined, event: AdmissionEvent): boolean {
    return last !== undefined && (last === event.id || this.#upTo(last).has(event.id));
  }

  /** Those before which an event is missing can't be heads: whoever names one would vouch for what it has not seen. */
  heads(): Membership['heads'] {
    const heads = new Map<DeviceId, AdmissionEvent>();
    const gapless = new Set<EventId>();
    for (const event of [...this.#eventsById.values()].sort((a, b) => a.sequence - b.sequence)) {
      const before = this.#before(event);
      if (before ? !gapless.has(before.id) : event.previous !== undefined || event.sequence !== 1) continue;
      gapless.add(event.id);
      // Later in the order is higher; of two with one number, the larger id.
      heads.set(event.issuer, event);
    }
    return new Map([...heads].map(([device, { id, sequence }]) => [device, { id, sequence }]));
  }

  #upTo(last: EventId): ReadonlySet<EventId> {
    const known = this.#idsByLast.get(last);
    if (known) return known;
    const ids = new Set<EventId>();
    for (let event = this.#eventsById.get(last); event; event = this.#before(event)) ids.add(event.id);
    this.#idsByLast.set(last, ids);
    return ids;
  }

  #before({ issuer, sequence, previous }: AdmissionEvent): AdmissionEvent | undefined {
    const event = previous === undefined ? undefined : this.#eventsById.get(previous);
    return event?.issuer === issuer && event.sequence === sequence - 1 ? event : undefined;
  }
}

/** The removals among events of owner and hosts. */
class Removals {
  readonly #removalsBySubject: ReadonlyMap<DeviceId, readonly Removal[]>;
  /** What owner and hosts gave. */
  readonly #weighty: ReadonlySet<EventId>;
  readonly #feeds: Feeds;

  constructor(events: ReadonlyMap<EventId, AdmissionEvent>, feeds: Feeds) {
    this.#removalsBySubject = groupBy(
      [...events.values()].filter((event) => event.kind === 'removal'),
      ({ subject }) => subject,
    );
    this.#weighty = new Set(events.keys());
    this.#feeds = feeds;
  }

  subjects(): Iterable<DeviceId> {
    return this.#removalsBySubject.keys();
  }

  /** Whether the pass lets nobody in any more. */
  ends(pass: Pass): boolean {
    return this.#uncited(pass).length > 0;
  }

  /** Whether the event, of the pass's subject, came after the pass had ended. */
  voids(event: AdmissionEvent, pass: Pass): boolean {
    return this.#uncited(pass).some(({ last }) => !this.#feeds.holds(last, event));
  }

  /** The latest of each issuer: with it those before are cited. */
  toCite(device: DeviceId): readonly Removal[] {
    const removals = this.#removalsBySubject.get(device) ?? [];
    return removals.filter((removal) => !removals.some((other) => other !== removal && this.#feeds.holds(other.id, removal)));
  }

  #uncited(pass: Pass): readonly Removal[] {
    const removals = this.#removalsBySubject.get(pass.subject) ?? [];
    if (removals.length === 0 || !this.#weighty.has(pass.id)) return removals;
    return removals.filter((removal) => !pass.cites.some((cited) => this.#feeds.holds(cited, removal)));
  }
}

/** The event, below it all that it rests on up to the owner, those first. */
function chainOf({ standing }: Membership, id: EventId | undefined): readonly AdmissionEvent[] {
  const chain: AdmissionEvent[] = [];
  for (let event = named(standing, id); event; event = named(standing, event.by)) {
    chain.push(event);
    if (event.kind !== 'pass' || !isGivenByMember(standing, event)) continue;
    const policy = named(standing, event.under);
    const host = named(standing, policy?.by);
    for (const needed of [policy, host]) if (needed) chain.push(needed);
  }
  return chain.reverse();
}

function isGivenByMember(standing: ReadonlyMap<EventId, AdmissionEvent>, pass: Pass): boolean {
  return passNamed(standing, pass.by)?.role === 'member';
}

function passNamed(standing: ReadonlyMap<EventId, AdmissionEvent>, id: EventId | undefined): Pass | undefined {
  const event = named(standing, id);
  return event?.kind === 'pass' ? event : undefined;
}

function named(standing: ReadonlyMap<EventId, AdmissionEvent>, id: EventId | undefined): AdmissionEvent | undefined {
  return id === undefined ? undefined : standing.get(id);
}

function passesOf(events: ReadonlyMap<EventId, AdmissionEvent>, role: Pass['role']): Pass[] {
  return [...events.values()].filter((event): event is Pass => event.kind === 'pass' && event.role === role);
}

function changesOf<Kind extends Change['kind']>(events: ReadonlyMap<EventId, AdmissionEvent>, kind: Kind): readonly Extract<Change, { kind: Kind }>[] {
  return [...events.values()].filter((event): event is Extract<Change, { kind: Kind }> => event.kind === kind);
}

function groupBy<Key, Value>(values: Iterable<Value>, keyOf: (value: Value) => Key): ReadonlyMap<Key, readonly Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
