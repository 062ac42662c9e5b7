/**
 * Events that this device is about to issue, signed one after the other and evaluated together with all that is known, before any of them is kept or told: so whoever
 * would lose a place by a removal or a new rule, though nobody meant it, is given a pass in the same breath.
 */
import type { DeviceId, EventId } from '../core/ids';
import type { AdmissionEvent, AdmissionRule, Membership, Removal, RoomSettings } from '../core/membership';
import { evaluateMembership, letsMembersAdmit, membersBetween } from '../core/membership-rules';
import { countMaximum, feedsInRemoval, signEvent, upToMaximum, type EventFields } from '../protocol/admission-token';
import type { ProvenEvent } from './admission-intake';

/** Who issues. `privateKey`: ES256. */
export interface Issuer {
  readonly privateKey: CryptoKey;
  readonly deviceId: DeviceId;
}

/** The part of an event that is not the same for all of an issuer's. */
type Content = EventFields extends infer Fields ? (Fields extends EventFields ? Omit<Fields, 'issuer' | 'by' | 'sequence' | 'previous'> : never) : never;

/** A device that is to be let in. */
export interface Subject {
  readonly device: DeviceId;
  /** 65-byte point. */
  readonly key: Uint8Array<ArrayBuffer>;
}

export class AdmissionDraft {
  readonly #issuer: Issuer;
  readonly #known: readonly AdmissionEvent[];
  readonly #issued: ProvenEvent[] = [];
  #membership: Membership;

  /** `known`: the events that `membership` was made of. */
  constructor(issuer: Issuer, membership: Membership, known: readonly AdmissionEvent[]) {
    this.#issuer = issuer;
    this.#membership = membership;
    this.#known = known;
  }

  get issued(): readonly ProvenEvent[] {
    return this.#issued;
  }

  /** With what was issued so far. */
  get membership(): Membership {
    return this.#membership;
  }

  /** Lets a device in. The first guest sees everything, whatever the rule: it was there from the beginning. Who was in before sees on from where it saw then. */
  async pass({ device, key }: Subject, role: 'host' | 'member', afterAllMs: number): Promise<void> {
    const { standing, settings, removals, rule } = this.#membership;
    const passes = [...standing.values()].filter((event) => event.kind === 'pass');
    const earlier = passes.filter(({ subject }) => subject === device).map(({ sinceMs }) => sinceMs);
    const fresh = settings.settings.history === 'everything' || passes.length === 0 ? 0 : afterAllMs;
    await this.#add({
      kind: 'pass',
      subject: device,
      subjectKey: key,
      role,
      sinceMs: earlier.length > 0 ? Math.min(...earlier) : fresh,
      under: this.#isMember() ? rule.event : undefined,
      cites: (removals.get(device) ?? []).map(({ id }) => id),
    });
  }

  /** `feeds`: what the device has written so far, as far as it stands. */
  async removal(device: DeviceId, feeds: Removal['feeds']): Promise<void> {
    await this.#add({ kind: 'removal', subject: device, last: this.#membership.heads.get(device)?.id, feeds: feeds.slice(0, feedsInRemoval) });
  }

  async rule(rule: AdmissionRule): Promise<void> {
    await this.#add({ kind: 'policy', version: next(this.#membership.rule.version), rule, upTo: letsMembersAdmit(rule) ? [] : this.#lastOfMembers() });
  }

  async settings(settings: RoomSettings): Promise<void> {
    await this.#add({ kind: 'settings', version: next(this.#membership.settings.version), settings });
  }

  async link(salt: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#add({ kind: 'link', version: next(this.#membership.link.version), salt });
  }

  /** Gives those a pass who were in before, and aren't now; but not to `removed`. */
  async keepIn(before: Membership, afterAllMs: number, removed?: DeviceId): Promise<void> {
    for (const [device, { key }] of before.members) {
      if (device !== removed && !this.#membership.members.has(device)) await this.pass({ device, key }, 'member', afterAllMs);
    }
  }

  /** Of the members who let others in the last event that is known: those with most passes first, since a token has an end. */
  #lastOfMembers(): readonly (readonly [DeviceId, EventId])[] {
    const { standing, heads } = this.#membership;
    const counts = new Map<DeviceId, number>();
    for (const event of standing.values()) {
      if (event.kind === 'pass' && membersBetween(this.#membership, event) > 0) counts.set(event.issuer, (counts.get(event.issuer) ?? 0) + 1);
    }
    const issuers = [...counts].sort(([, a], [, b]) => b - a).map(([device]) => device);
    return issuers.flatMap((device) => {
      const head = heads.get(device);
      return head ? [[device, head.id] as const] : [];
    }).slice(0, upToMaximum);
  }

  #isMember(): boolean {
    return this.#membership.members.get(this.#issuer.deviceId)?.role === 'member';
  }

  async #add(content: Content): Promise<void> {
    const { privateKey, deviceId } = this.#issuer;
    const { genesis, members, heads } = this.#membership;
    const head = heads.get(deviceId);
    const fields: EventFields = { ...content, issuer: deviceId, by: members.get(deviceId)?.pass?.id, sequence: next(head?.sequence ?? 0), previous: head?.id };
    this.#issued.push(await signEvent(privateKey, genesis.id, fields));
    this.#membership = evaluateMembership(genesis, [...this.#known, ...this.#issued.map(({ event }) => event)]);
  }
}

/** Whoever uses up the numbers can't keep the others from going on: at the last one the owner's change still wins. */
function next(count: number): number {
  return Math.min(count + 1, countMaximum);
}
