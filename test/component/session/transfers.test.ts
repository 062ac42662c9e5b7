/** Files between two devices in one page, over real links, from disk to disk. */
import { expect } from 'chai';
import { chunkCount } from '../../../src/core/file';
import type { DeviceId, RoomAlias, SessionId } from '../../../src/core/ids';
import { State } from '../../../src/core/observable';
import { deriveFileId } from '../../../src/protocol/file-id';
import { Transfers } from '../../../src/session/files/transfers';
import { setPlainTimer } from '../../../src/session/named-timers';
import type { Member } from '../../../src/session/roster';
import type { FileStore, StoredFile } from '../../../src/storage/file-store';
import { openFileStore } from '../../../src/storage/open-file-store';
import { trustedScriptUrl } from '../../../src/ui/trusted-types';
import { closeAll, members, when, type Side } from '../network/real-links';

const megabyte = 1024 ** 2;

interface Device {
  readonly store: FileStore;
  readonly transfers: Transfers;
}

let leaving = new AbortController();
const devices: Device[] = [];

beforeEach(() => {
  leaving = new AbortController();
});

afterEach(async () => {
  leaving.abort();
  closeAll();
  for (const { store } of devices.splice(0)) await store.clear();
});

async function device(name: string, { link }: Side): Promise<Device> {
  const store = await openFileStore(name.padEnd(22, 'x') as RoomAlias, trustedScriptUrl);
  const peer: Member = { device: peerOf(name), session: '' as SessionId, name, link, sinceMs: 0 };
  const transfers = new Transfers({
    store,
    members: new State([peer]),
    signal: leaving.signal,
    isInCall: () => false,
    mayHave: async () => true,
    hasPlace: () => Promise.resolve(true),
    now: () => performance.now(),
    random: () => Math.random(),
    setTimer: setPlainTimer,
    onMisbehaved: () => expect.fail('nobody misbehaves here'),
    onKept: () => undefined,
  });
  transfers.greet(peer, []);
  devices.push({ store, transfers });
  return { store, transfers };
}

/** The other one, as it knows it. */
function peerOf(name: string): DeviceId {
  return `peer of ${name}` as DeviceId;
}

/** Random bytes, which `getRandomValues` gives 64 KiB at a time. */
function randomBlob(sizeBytes: number): Blob {
  const parts = Array.from({ length: Math.ceil(sizeBytes / 65_536) }, (_, at) => crypto.getRandomValues(new Uint8Array(Math.min(65_536, sizeBytes - at * 65_536))));
  return new Blob(parts);
}

async function take({ store, transfers }: Device, content: Blob, copy: boolean): Promise<StoredFile> {
  const taken = await store.take(content, { copy, signal: leaving.signal, progress: () => undefined });
  const file = await taken.keep(await deriveFileId(taken.sizeBytes, taken.hashes));
  transfers.held(file);
  return file;
}

async function hashOf(blob: Blob | undefined): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', (await blob?.arrayBuffer()) ?? new ArrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16)).join(' ');
}

describe('a file between two devices', () => {
  for (const copy of [true, false]) {
    it(`comes whole from disk to disk, ${copy ? 'copied' : 'served from where it lies'}`, async () => {
      const [a, b] = await members();
      const [alice, bob] = [await device('alice', a), await device('bob', b)];
      const content = randomBlob(12 * megabyte + 7);
      const file = await take(alice, content, copy);
      bob.transfers.fetch(file);
      await when(bob.transfers.state(file), ({ kind }) => kind === 'here');
      const received = await bob.store.open(file.id);
      expect(received?.chunks.size).to.equal(chunkCount(content.size));
      expect(await hashOf(await received?.blob(''))).to.equal(await hashOf(content));
      expect(await when(alice.transfers.sentTo(peerOf('alice'), file.id), (bytes) => bytes === content.size)).to.equal(content.size);
    });
  }

  it('goes on where it was when it was paused', async () => {
    const [a, b] = await members();
    const [alice, bob] = [await device('alice', a), await device('bob', b)];
    const content = randomBlob(24 * megabyte);
    const file = await take(alice, content, false);
    const state = bob.transfers.state(file);
    bob.transfers.fetch(file);
    await when(state, (now) => now.kind === 'coming' && now.receivedBytes > 2 * megabyte);
    bob.transfers.pause(file.id);
    await when(state, ({ kind }) => kind === 'paused');
    bob.transfers.fetch(file);
    await when(state, ({ kind }) => kind === 'here');
    expect(await hashOf(await (await bob.store.open(file.id))?.blob(''))).to.equal(await hashOf(content));
  });
});
