/**
 * What a tab does as long as it has the room's lock: stands at the room's entrances, keeps the links to all others up, and decides with them who comes in. All of it
 * ends with the lock; who was in the room, and what was said, stays with RoomSession.
 */
import { limits } from '../config';
import type { DeviceId, RoomCode } from '../core/ids';
import type { RoomKeys } from '../protocol/room-keys';
import type { RoomHold } from '../storage/room-lock';
import type { Admission } from './admission';
import type { Deciders } from './door';
import type { EntranceRoom } from './entrance';
import { Entrances } from './entrances';
import type { SessionSelf } from './introductions';
import { Neighbourhood } from './neighbourhood';
import { Reconnecting } from './reconnecting';
import type { RecordKeeper } from './record-keeper';
import type { RingDesk } from './ring-desk';
import type { RoomAccess } from './room-access';
import type { RoomParts } from './room-parts';
import type { Roster } from './roster';

export interface StayOptions {
  readonly parts: RoomParts;
  readonly hold: RoomHold;
  readonly self: SessionSelf;
  readonly record: RecordKeeper;
  readonly admission: Admission;
  readonly access: RoomAccess;
  readonly roster: Roster;
  readonly desk: RingDesk;
  /** Removed, and nothing is asked of the others. */
  isSilent(): boolean;
  /** Somebody was let in by hand. */
  onAccept(): void;
}

export class Stay {
  readonly hold: RoomHold;
  readonly neighbourhood: Neighbourhood;
  readonly entrances: Entrances;
  readonly reconnecting: Reconnecting;
  readonly #options: StayOptions;
  readonly #ownDevice: DeviceId;

  /** undefined when the lock has gone meanwhile. */
  static async open(options: StayOptions): Promise<Stay | undefined> {
    const code = await options.access.code();
    const keys = await options.access.keys(code);
    return options.hold.signal.aborted ? undefined : new Stay(options, code, keys);
  }

  private constructor(options: StayOptions, code: RoomCode, keys: RoomKeys) {
    const { parts, hold, self, record, access, desk } = options;
    const { signal } = hold;
    this.#options = options;
    this.#ownDevice = parts.identity.deviceId;
    this.hold = hold;
    this.neighbourhood = this.#openNeighbourhood();
    this.reconnecting = this.#reconnect();
    const { neighbourhood } = this;
    this.entrances = new Entrances({ parts, self, desk, neighbourhood, access, record, signal, roomFor: (of) => this.#roomFor(of) }, code, keys);
    neighbourhood.neighbours.subscribe(() => this.#followComponent());
  }

  #openNeighbourhood(): Neighbourhood {
    const { parts, hold, self, access, roster } = this.#options;
    return new Neighbourhood(
      {
        session: self.certificate.session,
        random: parts.random,
        mayLink: (device) => access.standing(device) === 'member' && device !== this.#ownDevice,
        introductions: () => this.entrances.introductions,
        members: roster.members,
        expect: (link, device) => roster.expect(link, device),
      },
      hold.signal,
    );
  }

  #reconnect(): Reconnecting {
    const { parts, hold, roster } = this.#options;
    return new Reconnecting(
      {
        now: parts.now,
        isAlone: () => roster.members.value.length === 0,
        again: () => {
          if (!this.#options.isSilent()) this.entrances.again();
        },
        changed: () => this.#followComponent(),
        moved: () => hold.release(),
        failed: () => parts.notices.show({ kind: 'connection-failed' }),
      },
      hold.signal,
    );
  }

  /** Whose link has been down for long is looked for again, as if it were none of us. */
  #followComponent(): void {
    if (this.hold.signal.aborted) return;
    this.entrances.setNeighbours(this.neighbourhood.neighbours.value.filter(({ session }) => !this.reconnecting.isGivenUp(session)));
  }

  /** What an entrance is told of the room, and may do in it. */
  #roomFor(code: RoomCode): EntranceRoom {
    const { parts, access, admission, record, roster } = this.#options;
    const { now, random, media, notices } = parts;
    const own = this.#ownDevice;
    const isInside = (): boolean => access.standing(own) === 'member';
    const trusts = async (device: DeviceId, tokens: readonly string[]): Promise<boolean> => {
      await access.learn(tokens, code);
      return access.standing(device) === 'member';
    };
    return {
      ownDevice: own,
      now,
      random,
      membersOnly: false,
      gateForAll: access.gateForAll,
      isInside,
      standing: (device) => access.standing(device),
      isOpen: () => access.isOpen,
      state: () => (access.settings.closed ? 'closed' : access.settings.locked ? 'locked' : 'open'),
      hasPlace: (device, onTheWay) => this.#hasPlace(device, onTheWay),
      isLinked: (session) => roster.members.value.some((member) => member.session === session && !member.link.interrupted.value),
      deciders: (device, standIn) => this.#deciders(device, standIn),
      gate: () => access.gate,
      ownGate: () => record.gate,
      gateSalt: () => access.gateSalt(),
      keepGateSalt: (salt) => access.keepGateSalt(salt),
      grant: (deviceKey) => access.grant(deviceKey),
      proof: (devices) => access.proof(devices),
      ownProof: () => access.proof([own]),
      proofOfClosing: () => admission.proveClosing(),
      contradict: (tokens) => admission.contradict(tokens),
      learn: (tokens) => access.learn(tokens, code),
      trusts,
      trustsForUs: async (device, tokens) => (await trusts(device, tokens)) && (isInside() || access.admits(tokens, own, code)),
      expect: (link, device, session, sessionKey) => {
        this.neighbourhood.learn(session, sessionKey);
        roster.expect(link, device);
      },
      relay: (via, to, envelope) => this.neighbourhood.relay(via, to, envelope),
      send: (to, frame) => {
        for (const { session, link } of roster.members.value) if (to === 'everybody' || to.includes(session)) link.send(frame);
      },
      onRing: () => media.ring(),
      onFull: () => notices.show({ kind: 'room-full', maximum: limits.peopleInRoom }),
      onAccept: () => this.#options.onAccept(),
      onAnswered: (name, by, outcome) => {
        const member = roster.members.value.find(({ session }) => session === by);
        if (member) notices.show({ kind: 'ring-answered', name, by: member.name, outcome });
      },
    };
  }

  #deciders(stranger: DeviceId, standIn: boolean): Deciders {
    const { access, roster } = this.#options;
    if (access.standing(this.#ownDevice) !== 'member') return { us: false, others: [] };
    const others = roster.members.value.filter(({ device, link }) => access.mayDecide(device, stranger, standIn) && !link.interrupted.value);
    return { us: access.mayDecide(this.#ownDevice, stranger, standIn), others: others.map(({ session }) => session) };
  }

  #hasPlace(device: DeviceId, onTheWay: readonly DeviceId[]): boolean {
    const known = [...this.#options.roster.present.value, ...this.neighbourhood.connecting.value];
    const others = new Set([...known.map((other) => other.device), ...onTheWay]);
    others.delete(device);
    others.delete(this.#ownDevice);
    return others.size < limits.peopleInRoom - 1;
  }
}
