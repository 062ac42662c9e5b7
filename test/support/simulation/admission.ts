/** A device's admission events, unsigned: what the simulated pages trust each other in. Survives the page. */
import type { DeviceId, EventId } from '../../../src/core/ids';
import type { AdmissionEvent, AdmissionRule, Genesis, Membership } from '../../../src/core/membership';
import { evaluateMembership, proofOf, proofOfRemoval } from '../../../src/core/membership-rules';

/** What a page may tell of it. */
export interface Proof {
  readonly genesis: Genesis;
  readonly events: readonly AdmissionEvent[];
}

const noKey = new Uint8Array(0);
let eventsMade = 0;

export function foundRoom(owner: DeviceId, rule: AdmissionRule): Genesis {
  return { id: 'genesis' as EventId, owner, ownerKey: noKey, salt: noKey, rule };
}

export class DeviceAdmission {
  readonly #device: DeviceId;
  #genesis: Genesis | undefined;
  readonly #eventsById = new Map<EventId, AdmissionEvent>();
  #membership: Membership | undefined;

  constructor(device: DeviceId, genesis?: Genesis) {
    this.#device = device;
    this.#genesis = genesis;
  }

  get events(): readonly AdmissionEvent[] {
    return [...this.#eventsById.values()];
  }

  get membership(): Membership | undefined {
    if (this.#genesis) this.#membership ??= evaluateMembership(this.#genesis, this.#eventsById.values());
    return this.#membership;
  }

  standing(device: DeviceId): 'member' | 'removed' | 'unknown' {
    if (this.membership?.members.has(device)) return 'member';
    return this.membership?.removed.has(device) ? 'removed' : 'unknown';
  }

  isIn(): boolean {
    return this.standing(this.#device) === 'member';
  }

  /** Whether these and what is known make `device` a member. Nothing is kept. */
  wouldTrust(device: DeviceId, proof: Proof): boolean {
    return evaluateMembership(this.#genesis ?? proof.genesis, [...this.events, ...proof.events]).members.has(device);
  }

  /** The same by these alone. */
  static trusts(device: DeviceId, { genesis, events }: Proof): boolean {
    return evaluateMembership(genesis, events).members.has(device);
  }

  /** Returns those that were news. */
  take({ genesis, events }: Proof): readonly AdmissionEvent[] {
    this.#genesis ??= genesis;
    const news = events.filter(({ id }) => !this.#eventsById.has(id));
    for (const event of news) this.#eventsById.set(event.id, event);
    if (news.length > 0) this.#membership = undefined;
    return news;
  }

  all(): Proof | undefined {
    return this.#genesis && { genesis: this.#genesis, events: this.events };
  }

  prove(...devices: readonly DeviceId[]): Proof | undefined {
    const { membership } = this;
    return membership && { genesis: membership.genesis, events: devices.flatMap((device) => proofOf(membership, device)) };
  }

  proveRemoval(...devices: readonly DeviceId[]): Proof | undefined {
    const { membership } = this;
    return membership && { genesis: membership.genesis, events: devices.filter((device) => membership.removed.has(device)).flatMap((device) => proofOfRemoval(membership, device)) };
  }

  grant(subject: DeviceId, role: 'host' | 'member' = 'member'): void {
    const { membership } = this;
    if (!membership) return;
    const ownRole = membership.members.get(this.#device)?.role;
    const cites = (membership.removals.get(subject) ?? []).map(({ id }) => id);
    this.#add({ kind: 'pass', ...this.#issued(membership), subject, subjectKey: noKey, role, sinceMs: 0, under: ownRole === 'member' ? membership.rule.event : undefined, cites });
  }

  remove(subject: DeviceId): void {
    const { membership } = this;
    if (membership) this.#add({ kind: 'removal', ...this.#issued(membership), subject, last: membership.heads.get(subject)?.id, feeds: [] });
  }

  #issued(membership: Membership) {
    const head = membership.heads.get(this.#device);
    eventsMade++;
    return {
      id: `event-${String(eventsMade).padStart(9, '0')}` as EventId,
      issuer: this.#device,
      by: membership.members.get(this.#device)?.pass?.id,
      sequence: (head?.sequence ?? 0) + 1,
      previous: head?.id,
    };
  }

  #add(event: AdmissionEvent): void {
    this.#eventsById.set(event.id, event);
    this.#membership = undefined;
  }
}
