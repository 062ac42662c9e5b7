/** Devices, their visits, and what is true of all of them together. */
import type { DeviceId, SessionId } from '../../../src/core/ids';
import type { AdmissionRule, Membership } from '../../../src/core/membership';
import { evaluateMembership, isEntitledToAdmit } from '../../../src/core/membership-rules';
import type { MeshPeer } from '../../../src/session/mesh';
import { DeviceAdmission, foundRoom } from './admission';
import { fair, Network, type Conditions } from './network';
import { Page, type PageDevice, type Words } from './page';
import type { SeededRandom } from './seeded-random';
import { SignalingServer } from './signaling';
import { VirtualClock } from './virtual-clock';

export interface WorldOptions {
  readonly random: SeededRandom;
  readonly devices: number;
  readonly rule: AdmissionRule;
  readonly conditions?: Conditions;
}

/** The first device is the room's maker. */
export class World {
  readonly clock = new VirtualClock();
  readonly network: Network;
  readonly server: SignalingServer<Words>;
  readonly devices: readonly PageDevice[];
  readonly #pagesBySession = new Map<SessionId, Page>();
  readonly #present: (Page | undefined)[] = [];
  /** Everybody who was ever let in. */
  readonly #everLetIn = new Set<DeviceId>();

  constructor({ random, devices, rule, conditions }: WorldOptions) {
    this.network = new Network(this.clock, random, conditions ?? { ...fair });
    this.server = new SignalingServer(this.network);
    const ids = Array.from({ length: devices }, () => random.id() as DeviceId);
    const owner = ids[0];
    if (!owner) throw new Error('a room needs a maker');
    const genesis = foundRoom(owner, rule);
    this.devices = ids.map((id, number) => ({ number, id, admission: new DeviceAdmission(id, number === 0 ? genesis : undefined) }));
    this.#everLetIn.add(owner);
  }

  get pages(): readonly Page[] {
    return this.#present.filter((page) => page !== undefined);
  }

  get absent(): readonly PageDevice[] {
    return this.devices.filter(({ number }) => !this.#present[number]);
  }

  page(session: SessionId): Page {
    const page = this.#pagesBySession.get(session);
    if (!page) throw new Error(`nobody has the session ${session}`);
    return page;
  }

  pageOf(device: number): Page | undefined {
    return this.#present[device];
  }

  join(device: PageDevice): Page {
    const page = new Page(this, device);
    this.#pagesBySession.set(page.session, page);
    this.#present[device.number] = page;
    return page;
  }

  leave(page: Page, how: 'goodbye' | 'process' | 'power'): void {
    this.#present[page.deviceNumber] = undefined;
    if (how === 'goodbye') page.leave();
    else page.crash(how);
  }

  // What pages tell

  granted(device: DeviceId): void {
    this.#everLetIn.add(device);
  }

  /** A removed page shows its notice and is closed; whose pass was void, since it was given by a removed one, rings. */
  fellOut(page: Page): void {
    const { device } = page;
    this.leave(page, 'goodbye');
    if (device.admission.standing(device.id) === 'unknown') this.join(device);
  }

  checkLink(page: Page, peer: MeshPeer): void {
    if (!page.isMember) throw new Error(`device ${page.deviceNumber} has no pass, and a link to ${peer.name}`);
    if (!this.#everLetIn.has(peer.device)) throw new Error(`device ${page.deviceNumber} has a link to ${peer.name}, whom nobody let in`);
  }

  // What is true

  /** By all events that anybody here has. */
  get membership(): Membership | undefined {
    const known = this.pages.flatMap(({ device }) => device.admission.all() ?? []);
    return known[0] && evaluateMembership(known[0].genesis, known.flatMap(({ events }) => events));
  }

  get members(): readonly Page[] {
    const { membership } = this;
    return this.pages.filter(({ device }) => membership?.members.has(device.id));
  }

  /** What is wrong with the room now; undefined when it is one, whole, and nobody is in it who must not be. */
  fault(): string | undefined {
    const { membership } = this;
    const members = this.pages.filter(({ device }) => membership?.members.has(device.id));
    return this.#meshFault(members) ?? this.#guestFault(members, membership) ?? slotFault(members);
  }

  #meshFault(members: readonly Page[]): string | undefined {
    for (const page of members) {
      const others = members.filter((other) => other !== page).map(({ session }) => session);
      const linked = page.linked.map(({ session }) => session);
      const missing = others.filter((session) => !linked.includes(session));
      const tooMany = linked.filter((session) => !others.includes(session));
      if (missing.length > 0) return `device ${page.deviceNumber} has no link to ${this.#names(missing)}`;
      if (tooMany.length > 0) return `device ${page.deviceNumber} has a link to ${this.#names(tooMany)}`;
      if (page.mesh.neighbours.value.length !== others.length) return `device ${page.deviceNumber} lists ${page.mesh.neighbours.value.length} neighbours instead of ${others.length}`;
      if (page.mesh.connecting.value.length > 0) return `device ${page.deviceNumber} is still connecting to ${page.mesh.connecting.value.map(({ name }) => name).join(', ')}`;
      if (!page.isMember) return `device ${page.deviceNumber} doesn't know that it was let in`;
      if (page.rendezvous.outlook.value === 'looking') return `device ${page.deviceNumber} is still looking`;
    }
    return undefined;
  }

  #guestFault(members: readonly Page[], membership: Membership | undefined): string | undefined {
    const guests = this.pages.filter((page) => !members.includes(page));
    const linked = guests.find((page) => page.linked.length > 0);
    if (linked) return `device ${linked.deviceNumber} has no pass, and a link to ${linked.linked.map(({ name }) => name).join(', ')}`;
    const mistaken = guests.find((page) => page.isMember);
    if (mistaken) return `device ${mistaken.deviceNumber} was removed, and doesn't know`;
    const hostsPresent = members.some(({ device }) => membership?.members.get(device.id)?.role !== 'member');
    const mayAdmit = membership && members.some(({ device }) => isEntitledToAdmit(membership, device.id, hostsPresent));
    // Who was removed is let in by owner and hosts alone.
    const forgotten = guests.filter(({ device }) => (membership?.removed.has(device.id) ? hostsPresent : mayAdmit));
    return forgotten.length > 0 ? `nobody let in device ${forgotten.map(({ deviceNumber }) => deviceNumber).join(', ')}` : undefined;
  }

  #names(sessions: readonly SessionId[]): string {
    return sessions.map((session) => `device ${this.page(session).deviceNumber}${this.pages.includes(this.page(session)) ? '' : ' (gone)'}`).join(', ');
  }
}

function slotFault(members: readonly Page[]): string | undefined {
  const held = members.map((page) => page.rendezvous.holds.value);
  const wanted = Math.min(3, members.length);
  if (new Set(held.flat()).size !== wanted || held.flat().length !== wanted) return `${members.length} members hold the slots ${JSON.stringify(held)}`;
  return held.some((slots) => slots.length > 1) ? `one member holds several slots: ${JSON.stringify(held)}` : undefined;
}
