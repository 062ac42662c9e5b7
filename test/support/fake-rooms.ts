/** Whole rooms in one process: real sessions, keys, envelopes, handshakes and stores in memory, over the network of fake-network.ts. */
import { expect, vi } from 'vitest';
import { encodeBase64Url } from '../../src/core/base64url';
import { chunkBytes } from '../../src/core/file';
import type { FileId, InviteCode, NamedRoomCode, RoomAlias, SessionId } from '../../src/core/ids';
import { State } from '../../src/core/observable';
import { deriveDeviceId, deriveInviteCode } from '../../src/protocol/invite';
import { deriveSessionId } from '../../src/protocol/session-key';
import type { SessionCertificate } from '../../src/network/session-certificate';
import type { NoticeContent, Person, Preferences, Profile, RingId, RoomPhase } from '../../src/session/faces';
import type { Identity } from '../../src/session/identity';
import { Notices } from '../../src/session/notices';
import type { RoomParts } from '../../src/session/room-parts';
import { RoomSession } from '../../src/session/room-session';
import type { AdmissionStore } from '../../src/storage/admission-store';
import type { LogStore } from '../../src/storage/log-store';
import type { FileStore, TakenFile, TakeOptions } from '../../src/storage/file-store';
import { MemoryFileStore } from '../../src/storage/memory-file-store';
import { MemoryLogStore } from '../../src/storage/memory-log-store';
import { MemoryAdmissionStore, MemoryPeopleStore } from '../../src/storage/memory-room-stores';
import { MemoryRoomStore } from '../../src/storage/memory-stores';
import type { RoomRecord } from '../../src/storage/room-store';
import { FakeFileMedia } from './fake-file-media';
import type { FakeNetwork } from './fake-network';
import { realWorkDone } from './real-work';

/** A device and what it keeps: it survives its sessions, as a browser profile does. */
export interface FakeDevice {
  readonly identity: Identity;
  readonly profile: State<Profile>;
  readonly preferences: State<Preferences>;
  readonly looking: State<boolean>;
  readonly rooms: MemoryRoomStore;
  readonly people: MemoryPeopleStore;
  /** What is kept of a room; the same each time. */
  readonly admissionOf: (alias: RoomAlias) => AdmissionStore;
  readonly logOf: (alias: RoomAlias) => LogStore;
  readonly filesOf: (alias: RoomAlias) => FileStore;
  readonly fileMedia: FakeFileMedia;
  /** Rooms that are open here: aborted when another tab takes one. */
  readonly holds: AbortController[];
  /** Own files that were given to a store. */
  readonly takenIds: ReadonlySet<FileId>;
}

export async function fakeDevice(name: string): Promise<FakeDevice> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const deviceId = await deriveDeviceId(publicKey);
  const profile = new State<Profile>({ name, deviceId, tint: undefined, picture: undefined });
  const preferences = new State<Preferences>({ tellsRead: true, tellsTyping: true });
  const takenIds = new Set<FileId>();
  const identity = { privateKey: pair.privateKey, publicKey, deviceId, profile, preferences } as unknown as Identity;
  return {
    identity,
    profile,
    preferences,
    looking: new State(true),
    rooms: new MemoryRoomStore(),
    people: new MemoryPeopleStore(),
    admissionOf: perRoom(() => new MemoryAdmissionStore()),
    logOf: perRoom(() => new MemoryLogStore()),
    filesOf: perRoom(() => new TakingFileStore(takenIds)),
    fileMedia: new FakeFileMedia(),
    holds: [],
    takenIds,
  };
}

/** Keeps copies as a disk does, and writes down what a person's own files are kept as. */
class TakingFileStore extends MemoryFileStore {
  readonly #takenIds: Set<FileId>;

  constructor(takenIds: Set<FileId>) {
    super();
    this.#takenIds = takenIds;
  }

  override async take(source: Blob, options: TakeOptions): Promise<TakenFile> {
    const taken = await super.take(source, options);
    return {
      ...taken,
      keep: async (id) => {
        this.#takenIds.add(id);
        if (!options.copy) return taken.keep(id);
        const file = await this.create(id, taken.sizeBytes, taken.hashes);
        for (let chunk = 0; chunk < file.chunks.count; chunk++) await file.write(chunk, [new Uint8Array(await source.slice(chunk * chunkBytes, (chunk + 1) * chunkBytes).arrayBuffer())]);
        return file;
      },
    };
  }
}

export interface FakeVisit {
  readonly device: FakeDevice;
  readonly session: SessionId;
  readonly room: RoomSession;
  readonly notices: Notices;
  readonly page: { readonly onAccept: () => void; readonly onLeave: () => void; readonly onForgotten: () => void };
  /** How often the bell rang. */
  readonly rung: () => number;
}

/** Virtual time from now on: call it before each test. */
export function beginVisits(): void {
  vi.useFakeTimers();
}

/** Ends every session that a test left open, and gives the real clock back: call it after each. */
export function endVisits(): void {
  for (const visit of visits.splice(0)) visit.room.close();
  vi.useRealTimers();
}

/** Steps until something should have happened: 100 s of virtual time at 50 ms each. */
const stepsMaximum = 2_000;
const visits: FakeVisit[] = [];

const plainRecord = { state: 'pending', peopleNames: [], draft: '', title: '', oldCodes: [], closed: false, createdMs: 1, lastVisitMs: 1, unreadCount: 0 } as const;

export async function makeRoom(network: FakeNetwork, device: FakeDevice, now: () => number = Date.now): Promise<FakeVisit & { readonly code: InviteCode }> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const code = await deriveInviteCode(device.identity.publicKey, salt);
  const visit = await openRoom(network, device, { ...plainRecord, alias: newAlias(), code, role: 'owner', saltBase64: encodeBase64Url(salt) }, now);
  return { ...visit, code };
}

/** By its link, or again after the first time. */
export async function comeBy(network: FakeNetwork, device: FakeDevice, code: InviteCode, now: () => number = Date.now): Promise<FakeVisit> {
  const record = await device.rooms.ensureByCode({ ...plainRecord, alias: newAlias(), code, role: 'guest' });
  return openRoom(network, device, record, now);
}

/** The same page again, after it was closed. */
export async function comeBack(network: FakeNetwork, { device, room }: FakeVisit): Promise<FakeVisit> {
  const record = await device.rooms.byAlias(room.alias);
  if (!record) throw new Error('the room is not kept');
  return openRoom(network, device, record);
}

/** Into the room that is known by a name. `gate`: the 32 bytes that its password gives. */
export async function enterByName(network: FakeNetwork, device: FakeDevice, name: string, gate?: Uint8Array): Promise<FakeVisit> {
  const base = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(name)));
  const code = `/rooms/${name}` as NamedRoomCode;
  const keys = { baseBase64: encodeBase64Url(base), ...(gate && { gateBase64: encodeBase64Url(gate) }) };
  return openRoom(network, device, { ...plainRecord, alias: newAlias(), code, role: 'guest', title: name, ...keys });
}

export async function openRoom(network: FakeNetwork, device: FakeDevice, record: RoomRecord, now: () => number = Date.now): Promise<FakeVisit> {
  const kept = await device.rooms.ensureByCode(record);
  const notices = new Notices();
  const ring = vi.fn();
  const page = { onAccept: vi.fn(), onLeave: vi.fn(), onForgotten: vi.fn() };
  const fingerprint = crypto.getRandomValues(new Uint8Array(32));
  const session = await deriveSessionId(fingerprint);
  const room = await RoomSession.load(partsOf(network, device, notices, { certificate: {} as RTCCertificate, fingerprint, session }, ring, now), kept, page);
  const visit: FakeVisit = { device, session, room, notices, page, rung: () => ring.mock.calls.length };
  visits.push(visit);
  await room.start('try');
  return visit;
}

function partsOf(network: FakeNetwork, device: FakeDevice, notices: Notices, certificate: SessionCertificate, ring: () => void, now: () => number): RoomParts {
  return {
    identity: device.identity,
    notices,
    rooms: device.rooms,
    people: device.people,
    origin: 'https://example.org',
    now,
    random: () => 0.5,
    isOnline: () => true,
    looking: device.looking,
    logOf: (alias) => device.logOf(alias),
    filesOf: async (alias) => device.filesOf(alias),
    fileMedia: device.fileMedia,
    freeBytes: async () => undefined,
    admissionOf: async (alias) => device.admissionOf(alias),
    derivePasswordKey: async (text, salt) => new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array([...new TextEncoder().encode(text), ...salt]))),
    lockOf: () => {
      const hold = async () => {
        const lost = new AbortController();
        device.holds.push(lost);
        return { signal: lost.signal, release: () => lost.abort() };
      };
      return { tryHold: hold, waitToHold: hold, takeOver: hold };
    },
    network: {
      createCertificate: async () => certificate,
      createIntroducer: (_tag, session, signal) => network.bus.join(session, signal),
      prepareLink: (options) => network.prepareLink(options),
      iceServers: async () => [],
    },
    media: {
      openMicrophone: async () => ({ kind: 'problem', problem: { device: 'microphone', reason: 'missing' } }),
      openCamera: async () => ({ kind: 'problem', problem: { device: 'camera', reason: 'missing' } }),
      watchSpeaking: async () => undefined,
      prefetch: () => undefined,
      ring,
      callRing: () => undefined,
    },
  };
}

function perRoom<Store>(make: () => Store): (alias: RoomAlias) => Store {
  const storesByRoom = new Map<RoomAlias, Store>();
  return (alias) => {
    const store = storesByRoom.get(alias) ?? make();
    storesByRoom.set(alias, store);
    return store;
  };
}

function newAlias(): RoomAlias {
  return encodeBase64Url(crypto.getRandomValues(new Uint8Array(16))) as RoomAlias;
}

/** The device burns: nobody hears a goodbye, and only the server notices at once. */
export function burn(network: FakeNetwork, visit: FakeVisit): void {
  for (const link of network.linksOf(visit.session)) {
    if (link.other) link.other.other = undefined;
    link.other = undefined;
  }
  visit.room.close();
}

/** Waits for a condition, in virtual time: a step goes by after each look, and whatever happens in it. */
export async function until(check: () => void | Promise<void>, stepMs = 50): Promise<void> {
  for (let step = 0; ; step++) {
    await realWorkDone();
    try {
      return await check();
    } catch (error) {
      if (step === stepsMaximum) throw error;
    }
    await vi.advanceTimersByTimeAsync(stepMs);
  }
}

/** Lets virtual time go by, with everything that happens in it. `stepMs`: larger where little does. */
export async function pass(ms: number, stepMs = 50): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
    await realWorkDone();
    await vi.advanceTimersByTimeAsync(stepMs);
  }
  await realWorkDone();
}

/** The others whom it shows as here. */
export function namesIn({ room }: FakeVisit): readonly string[] {
  return room.people.value.filter(({ presence }) => presence === 'here').map(({ name }) => name).toSorted();
}

export function phaseOf({ room }: FakeVisit): RoomPhase {
  return room.phase.value;
}

/** Of the link that the room has now. */
export function codeOf({ room }: FakeVisit): InviteCode {
  return room.link.value.split('#')[1] as InviteCode;
}

export function textsOf({ room }: FakeVisit): readonly string[] {
  return room.conversation.timeline.value.messages.map(({ body }) => body);
}

export function noticesOf({ notices }: FakeVisit): readonly NoticeContent['kind'][] {
  return notices.shown.value.map(({ content }) => content.kind);
}

export function ringNamesAt({ room }: FakeVisit): readonly string[] {
  return room.rings.value.shown.map(({ name }) => name);
}

export function personIn({ room }: FakeVisit, name: string): Person {
  const person = room.people.value.find((other) => other.name === name);
  if (!person) throw new Error(`${name} is not in the list`);
  return person;
}

/** The card of a ring, once it is there. */
export async function ringAt(host: FakeVisit, name: string): Promise<RingId> {
  await until(() => expect(ringNamesAt(host)).toContain(name));
  const ring = host.room.rings.value.shown.find((shown) => shown.name === name);
  if (!ring) throw new Error('no card');
  return ring.id;
}

export async function letIn(host: FakeVisit, name: string): Promise<void> {
  host.room.accept(await ringAt(host, name));
}

/** Each sees all the others, and nobody else. */
export async function together(...visits: readonly FakeVisit[]): Promise<void> {
  const everybody = visits.map(({ device }) => device.profile.value.name);
  for (const visit of visits) {
    const others = everybody.filter((name) => name !== visit.device.profile.value.name).toSorted();
    await until(() => expect(namesIn(visit)).toEqual(others));
    expect(visit.room.phase.value).toBe('inside');
  }
}

/** Alice makes a room and lets the others in, one after the other. */
export async function meet<const Names extends readonly string[]>(
  network: FakeNetwork,
  ...names: Names
): Promise<{ readonly alice: FakeVisit & { readonly code: InviteCode }; readonly guests: { readonly [At in keyof Names]: FakeVisit } }> {
  const alice = await makeRoom(network, await fakeDevice('Alice'));
  const guests: FakeVisit[] = [];
  for (const name of names) {
    const guest = await comeBy(network, await fakeDevice(name), alice.code);
    await letIn(alice, name);
    guests.push(guest);
    await together(alice, ...guests);
  }
  return { alice, guests: guests as unknown as { readonly [At in keyof Names]: FakeVisit } };
}
