/** Admission events without signatures, as the rules see them: who says what, in the order in which each device says it. */
import type { DeviceId, EventId } from '../../src/core/ids';
import { defaultRule, defaultSettings } from '../../src/core/membership';
import type { AdmissionEvent, AdmissionRule, Genesis, Pass, Removal, RoomSettings } from '../../src/core/membership';

/** 'a' becomes a device id that is easy to read in a failure. */
export const deviceNamed = (name: string): DeviceId => name.padEnd(26, '2') as DeviceId;
const keyNamed = (name: string): Uint8Array<ArrayBuffer> => Uint8Array.from({ length: 65 }, (_, at) => name.codePointAt(at) ?? 0);

type Content<Event> = Event extends AdmissionEvent ? Omit<Event, 'id' | 'issuer' | 'by' | 'sequence' | 'previous'> : never;

type PassDetails = Partial<Pick<Pass, 'role' | 'sinceMs' | 'under'>> & { readonly cites?: readonly Removal[] };

/** Whatever an issuer may say otherwise than an honest one would. */
type Twist = Partial<Pick<AdmissionEvent, 'id' | 'by' | 'sequence' | 'previous'>>;

export class UnsignedRoom {
  readonly genesis: Genesis;
  readonly events: AdmissionEvent[] = [];
  readonly #lastByIssuer = new Map<DeviceId, AdmissionEvent>();
  #count = 0;
  #version = 0;

  constructor(rule: AdmissionRule = defaultRule, owner = 'alice') {
    this.genesis = { id: 'room'.padEnd(22, '0') as EventId, owner: deviceNamed(owner), ownerKey: keyNamed(owner), salt: new Uint8Array(16), rule };
  }

  /** `by`: undefined for the owner. */
  pass(issuer: string, by: Pass | undefined, subject: string, rest: PassDetails = {}, twist: Twist = {}): Pass {
    const { role = 'member', sinceMs = 0, under, cites = [] } = rest;
    const content = { kind: 'pass', subject: deviceNamed(subject), subjectKey: keyNamed(subject), role, sinceMs, under, cites: cites.map(({ id }) => id) } as const;
    return this.#issue<'pass'>(issuer, { by: by?.id, ...twist }, content);
  }

  /** `last`: by default the last event of the subject that there is. */
  removal(issuer: string, by: Pass | undefined, subject: string, last = this.#lastByIssuer.get(deviceNamed(subject))?.id, twist: Twist = {}, feeds: Removal['feeds'] = []): Removal {
    return this.#issue<'removal'>(issuer, { by: by?.id, ...twist }, { kind: 'removal', subject: deviceNamed(subject), last, feeds });
  }

  policy(issuer: string, by: Pass | undefined, rule: AdmissionRule, upTo: readonly Pass[] = [], version = ++this.#version) {
    const lasts = upTo.map(({ issuer: device, id }) => [device, id] as const);
    return this.#issue<'policy'>(issuer, { by: by?.id }, { kind: 'policy', version, rule, upTo: lasts });
  }

  settings(issuer: string, by: Pass | undefined, settings: Partial<RoomSettings>, version = ++this.#version) {
    return this.#issue<'settings'>(issuer, { by: by?.id }, { kind: 'settings', version, settings: { ...defaultSettings, ...settings } });
  }

  link(issuer: string, by: Pass | undefined, byte: number, version = ++this.#version) {
    return this.#issue<'link'>(issuer, { by: by?.id }, { kind: 'link', version, salt: new Uint8Array(16).fill(byte) });
  }

  #issue<Kind extends AdmissionEvent['kind']>(issuer: string, twist: Twist, content: Content<Extract<AdmissionEvent, { kind: Kind }>>): Extract<AdmissionEvent, { kind: Kind }> {
    const device = deviceNamed(issuer);
    const last = this.#lastByIssuer.get(device);
    // A scattered order of ids, since those of real events are hashes.
    const id = `${((++this.#count * 7_919) % 10_007).toString().padStart(5, '0')}-${content.kind}`.padEnd(22, '0') as EventId;
    const issued = { id, issuer: device, by: undefined, sequence: (last?.sequence ?? 0) + 1, previous: last?.id, ...twist };
    const event = { ...issued, ...content } as unknown as Extract<AdmissionEvent, { kind: Kind }>;
    this.events.push(event);
    this.#lastByIssuer.set(device, event);
    return event;
  }
}
