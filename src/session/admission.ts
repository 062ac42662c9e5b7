/**
 * Who is in this room, as far as this device knows: keeps the admission events, takes those of others, issues its own. What they amount to:
 * core/membership-rules.ts. Kept first, then published and told (AdmissionExchange): what this device did stands after a crash, and no number is used twice.
 */
import { limits } from '../config';
import type { DeviceId, EventId, InviteCode } from '../core/ids';
import { defaultRule, type AdmissionEvent, type AdmissionRule, type Genesis, type Membership, type Removal, type RoomSettings } from '../core/membership';
import { evaluateMembership, letsMembersAdmit, membersBetween, proofOf, proofOfClosing, proofOfRemoval } from '../core/membership-rules';
import { State, type Observable } from '../core/observable';
import { cleanName } from '../core/person-name';
import { readGenesis, signGenesis } from '../protocol/admission-token';
import { deriveDeviceId } from '../protocol/invite';
import type { AdmissionStore } from '../storage/admission-store';
import { AdmissionDraft, type Issuer } from './admission-draft';
import { findGenesis, verifyTokens, type ProvenEvent, type ProvenGenesis } from './admission-intake';

/** Of `limits.admissionEvents`, those kept for owner and hosts: they must be able to act in a room that its members have filled with passes. */
const reservedEvents = 300;
/** Events of one member: it can fill neither the others' part, nor go on after it was removed. */
const eventsAMember = 300;

export interface AdmissionOptions {
  readonly store: AdmissionStore;
  readonly identity: Issuer & { readonly publicKey: Uint8Array<ArrayBuffer> };
  /** From when on whoever is let in now sees, where the room doesn't show everything: milliseconds since 1970, after all that was said so far. */
  afterAllMs(): number;
  /** What the device has written in this room, the latest feed first: of whoever is removed this stands, and nothing else. */
  feedsOf(device: DeviceId): Removal['feeds'];
  /** In a room that this device made: what its link was made of, and the rule it begins with. */
  readonly own?: { readonly salt: Uint8Array<ArrayBuffer>; readonly rule?: AdmissionRule };
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #membership = new State<Membership | undefined>(undefined);
  /** In an order in which each comes after the pass that entitles its issuer. */
  readonly #eventsById = new Map<EventId, ProvenEvent>();
  #genesis: ProvenGenesis | undefined;
  /** Oldest first. */
  #waiting: readonly string[] = [];
  #lastWork: Promise<unknown> = Promise.resolve();
  #onNews: (tokens: readonly string[]) => void = () => undefined;

  static async open(options: AdmissionOptions): Promise<Admission> {
    const { store, identity, own } = options;
    const stored = await store.load();
    const admission = new Admission(options);
    const genesis = stored.genesis === undefined ? undefined : await readGenesis(stored.genesis);
    if (genesis && stored.genesis !== undefined) {
      admission.#genesis = { genesis, token: stored.genesis };
      admission.#learn((await verifyTokens(genesis, admission.#eventsById, stored.tokens)).proven);
    } else if (own) {
      const made = await signGenesis(identity.privateKey, identity.publicKey, own.salt, own.rule ?? defaultRule);
      await store.add(made.token, []);
      admission.#genesis = made;
      admission.#learn([]);
    }
    return admission;
  }

  private constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** undefined until the genesis is known: for a guest whom nobody has answered. */
  get membership(): Observable<Membership | undefined> {
    return this.#membership;
  }

  /** `tell` gets whatever is new, ours or another's, before it takes effect here: whom it removes must hear it while there is a link. */
  onNews(tell: (tokens: readonly string[]) => void): void {
    this.#onNews = tell;
  }

  /** Of all that is known, the genesis first. */
  ids(): readonly EventId[] {
    return this.#genesis ? [this.#genesis.genesis.id, ...this.#eventsById.keys()] : [];
  }

  /** Tokens of what isn't among `ids`, each after those that entitle its issuer. */
  missing(ids: readonly EventId[]): readonly string[] {
    const known = new Set(ids);
    const genesis = this.#genesis && !known.has(this.#genesis.genesis.id) ? [this.#genesis.token] : [];
    return [...genesis, ...[...this.#eventsById].filter(([id]) => !known.has(id)).map(([, { token }]) => token)];
  }

  /** Genesis, link and passes that show that the device is a member; empty when it isn't. */
  prove(device: DeviceId): readonly string[] {
    const membership = this.#membership.value;
    return membership?.members.has(device) ? this.#proof(proofOf(membership, device)) : [];
  }

  /** The same for its removal. */
  proveRemoval(device: DeviceId): readonly string[] {
    const membership = this.#membership.value;
    return membership?.removed.has(device) ? this.#proof(proofOfRemoval(membership, device)) : [];
  }

  /** The same for the end of the room; it may hold the key of the password, so it is for members. */
  proveClosing(): readonly string[] {
    const membership = this.#membership.value;
    return membership ? this.#proof(proofOfClosing(membership)) : [];
  }

  /**
   * Takes what others sent; nothing of it is believed. The first genesis is taken when the link `trust` is made of it, or of a change in its room that is among the
   * tokens; any other is passed over. Events whose issuer's pass is unknown wait for it. Resolves when what was new is kept: `accepted`, for the others in the room.
   * Rejects when it could not be kept; then nothing has changed.
   */
  take(tokens: readonly string[], trust?: InviteCode): Promise<{ readonly accepted: readonly string[] }> {
    return this.#serially(async () => {
      const adopted = this.#genesis || trust === undefined ? undefined : await findGenesis(tokens, trust);
      const genesis = this.#genesis?.genesis ?? adopted?.genesis;
      if (!genesis) return { accepted: [] };
      const { proven, waiting } = await verifyTokens(genesis, this.#eventsById, [...this.#waiting, ...tokens]);
      const accepted = this.#worthKeeping(genesis, proven);
      if (adopted || accepted.length > 0) {
        const added = accepted.map(({ token }) => token);
        await this.#options.store.add(adopted?.token, added);
        this.#genesis ??= adopted;
        this.#learn(accepted);
      }
      this.#waiting = waiting.slice(-limits.admissionEventsWaiting);
      return { accepted: accepted.map(({ token }) => token) };
    });
  }

  /** Whether the tokens by themselves make the device a member. What is known here may be older, or lack what an event names: then the link that they open brings the rest. */
  async admits(tokens: readonly string[], device: DeviceId, trust?: InviteCode): Promise<boolean> {
    const genesis = this.#genesis?.genesis ?? (trust === undefined ? undefined : (await findGenesis(tokens, trust))?.genesis);
    if (!genesis) return false;
    const { proven } = await verifyTokens(genesis, new Map(), tokens);
    return evaluateMembership(genesis, proven.map(({ event }) => event)).members.has(device);
  }

  /** What shows that devices named in the tokens were removed. Empty when the tokens carry a removal themselves: a contradiction isn't contradicted, or two who disagree would never end. */
  async contradict(tokens: readonly string[]): Promise<readonly string[]> {
    const genesis = this.#genesis?.genesis;
    if (!genesis) return [];
    const { proven } = await verifyTokens(genesis, new Map(), tokens);
    if (proven.some(({ event }) => event.kind === 'removal')) return [];
    const named = new Set(proven.flatMap(({ event }) => (event.kind === 'pass' ? [event.issuer, event.subject] : [event.issuer])));
    return [...new Set([...named].flatMap((device) => this.proveRemoval(device)))];
  }

  /** Takes what another tab of this device has kept meanwhile. */
  async reload(trust?: InviteCode): Promise<void> {
    const { genesis, tokens } = await this.#options.store.load();
    await this.take(genesis === undefined ? tokens : [genesis, ...tokens], trust);
  }

  /** Lets a device in, or makes it a host. To one that is in already it gives nothing new; the pass it has is told again. */
  async grant(subjectKey: Uint8Array<ArrayBuffer>, role: 'host' | 'member'): Promise<readonly string[]> {
    const device = await deriveDeviceId(subjectKey);
    const issued = await this.#issue(async (draft) => {
      const { members, removed, rule } = draft.membership;
      const own = this.#ownRole(draft);
      const has = members.get(device)?.role;
      if (has === role || has === 'host' || has === 'owner') return;
      if (role === 'host' ? own !== 'owner' : !isHost(own) && !(own === 'member' && letsMembersAdmit(rule.rule) && !removed.has(device))) return;
      await draft.pass({ device, key: subjectKey }, role, this.#options.afterAllMs());
    });
    const pass = this.#membership.value?.members.get(device)?.pass;
    return issued.length === 0 && pass?.role === role ? this.#tokensOf([pass]) : issued;
  }

  /** Ends a member's place; the owner a host's, too. Those whom it had let in stay. */
  remove(device: DeviceId): Promise<readonly string[]> {
    return this.#issue(async (draft) => {
      const before = draft.membership;
      const role = before.members.get(device)?.role;
      const own = this.#ownRole(draft);
      if (!(own === 'owner' && (role === 'host' || role === 'member')) && !(own === 'host' && role === 'member')) return;
      await draft.removal(device, this.#options.feedsOf(device));
      await draft.keepIn(before, this.#options.afterAllMs(), device);
    });
  }

  /** The owner makes a member a host, or a host a member: that is removed, and let in again, in one go. */
  setHost(device: DeviceId, host: boolean): Promise<readonly string[]> {
    return this.#issue(async (draft) => {
      const before = draft.membership;
      const has = before.members.get(device);
      if (this.#ownRole(draft) !== 'owner' || has?.role !== (host ? 'member' : 'host')) return;
      if (host) return draft.pass({ device, key: has.key }, 'host', this.#options.afterAllMs());
      // It is let in again at once, so what it wrote goes on to count; but feeds that an earlier removal has ended stay ended.
      await draft.removal(device, (before.removals.get(device) ?? []).flatMap(({ feeds }) => feeds));
      await draft.keepIn(before, this.#options.afterAllMs());
    });
  }

  /** Who is in stays in, by whomever they were let in. */
  changeRule(rule: AdmissionRule): Promise<readonly string[]> {
    return this.#issue(async (draft) => {
      const before = draft.membership;
      const { policy, standIn } = before.rule.rule;
      if (!isHost(this.#ownRole(draft)) || (rule.policy === policy && rule.standIn === standIn)) return;
      await draft.rule(rule);
      await draft.keepIn(before, this.#options.afterAllMs());
    });
  }

  /** `gate`, `oneOff` and `closed` are passed over unless the owner changes them. The title is cleaned, and cut to `limits.titleCharacters`. */
  changeSettings(patch: Partial<RoomSettings>): Promise<readonly string[]> {
    return this.#issue(async (draft) => {
      const own = this.#ownRole(draft);
      if (!isHost(own)) return;
      const { settings } = draft.membership.settings;
      const { gate, oneOff, closed } = settings;
      const wanted: RoomSettings = { ...settings, ...patch, ...(own === 'host' && { gate, oneOff, closed }) };
      const changed: RoomSettings = { ...wanted, title: cleanName(wanted.title, limits.titleCharacters) };
      if (!isSame(changed, settings)) await draft.settings(changed);
    });
  }

  /** `salt`: 16 random bytes; with the owner's key they make the new link (`deriveInviteCode`). */
  changeLink(salt: Uint8Array<ArrayBuffer>): Promise<readonly string[]> {
    return this.#issue(async (draft) => {
      if (isHost(this.#ownRole(draft))) await draft.link(salt);
    });
  }

  /** Gives passes of its own to those whom members let in, so that their proofs stay short, and nobody's place hangs on many others'. */
  countersign(devices: ReadonlySet<DeviceId>): Promise<readonly string[]> {
    return this.#issue(async (draft) => {
      const { membership } = draft;
      const own = membership.members.get(this.#options.identity.deviceId);
      if (!own || (own.role === 'member' && !letsMembersAdmit(membership.rule.rule))) return;
      const reach = own.role === 'member' ? membersBetween(membership, own.pass) + 1 : 0;
      for (const [device, { key, pass }] of membership.members) {
        if (devices.has(device) && membersBetween(membership, pass) > reach) await draft.pass({ device, key }, 'member', this.#options.afterAllMs());
      }
    });
  }

  /** What `write` adds is kept, published, and returned to be told. */
  #issue(write: (draft: AdmissionDraft) => Promise<void>): Promise<readonly string[]> {
    return this.#serially(async () => {
      const membership = this.#membership.value;
      if (!membership) return [];
      const draft = new AdmissionDraft(this.#options.identity, membership, this.#events());
      await write(draft);
      const issued = this.#worthKeeping(membership.genesis, draft.issued);
      const tokens = issued.map(({ token }) => token);
      if (tokens.length === 0) return [];
      await this.#options.store.add(undefined, tokens);
      this.#learn(issued);
      return tokens;
    });
  }

  #ownRole({ membership }: AdmissionDraft): 'owner' | 'host' | 'member' | undefined {
    return membership.members.get(this.#options.identity.deviceId)?.role;
  }

  /**
   * Events of devices that were never let in are not worth a place: they can't count, and keys are free. Void ones of others are kept, as far as there is room, since
   * what their issuer issued before can only be told by what lies between.
   */
  #worthKeeping(genesis: Genesis, proven: readonly ProvenEvent[]): readonly ProvenEvent[] {
    if (proven.length === 0) return proven;
    const { standing } = evaluateMembership(genesis, [...this.#events(), ...proven.map(({ event }) => event)]);
    const isMembers = ({ by }: AdmissionEvent): boolean => {
      const pass = by === undefined ? undefined : standing.get(by);
      return pass?.kind === 'pass' && pass.role === 'member';
    };
    const counts = new Map<DeviceId, number>();
    for (const event of this.#events()) counts.set(event.issuer, (counts.get(event.issuer) ?? 0) + 1);
    // The genesis is one of those that are told of.
    let total = this.#eventsById.size + 1;
    return proven.filter(({ event }) => {
      if (event.by !== undefined && !standing.has(event.by)) return false;
      const count = counts.get(event.issuer) ?? 0;
      const members = isMembers(event);
      // Passes are what a room can be filled with; what ends them must always find a place.
      if (total >= limits.admissionEvents - (members || event.kind === 'pass' ? reservedEvents : 0) || (members && count >= eventsAMember)) return false;
      counts.set(event.issuer, count + 1);
      total++;
      return true;
    });
  }

  #learn(proven: readonly ProvenEvent[]): void {
    if (!this.#genesis) return;
    for (const each of proven) this.#eventsById.set(each.event.id, each);
    if (proven.length > 0) this.#onNews(proven.map(({ token }) => token));
    this.#membership.set(evaluateMembership(this.#genesis.genesis, this.#events()));
  }

  #events(): readonly AdmissionEvent[] {
    return [...this.#eventsById.values()].map(({ event }) => event);
  }

  #proof(events: readonly AdmissionEvent[]): readonly string[] {
    return [...(this.#genesis ? [this.#genesis.token] : []), ...this.#tokensOf(events)];
  }

  #tokensOf(events: readonly AdmissionEvent[]): readonly string[] {
    return events.flatMap(({ id }) => this.#eventsById.get(id)?.token ?? []);
  }

  /** One change at a time: each begins with what the one before has left. */
  #serially<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#lastWork.then(work);
    this.#lastWork = done.catch(() => undefined);
    return done;
  }
}

function isHost(role: 'owner' | 'host' | 'member' | undefined): boolean {
  return role === 'owner' || role === 'host';
}

function isSame(a: RoomSettings, b: RoomSettings): boolean {
  return (Object.keys(a) as (keyof RoomSettings)[]).every((key) => a[key] === b[key]);
}
