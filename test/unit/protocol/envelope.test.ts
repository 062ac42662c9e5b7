import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/config';
import type { InviteCode } from '../../../src/core/ids';
import { EnvelopeSealer, SealCounter } from '../../../src/protocol/envelope';
import { deriveRoomKeys } from '../../../src/protocol/room-keys';
import { generateSessionKey } from '../../../src/protocol/session-key';

const room = await deriveRoomKeys('11111111111111111' as InviteCode);
const otherRoom = await deriveRoomKeys('11111111111111124' as InviteCode);

async function party(keys = room) {
  const key = await generateSessionKey();
  return { key, sealer: new EnvelopeSealer(keys, key) };
}

describe('a knock', () => {
  it('is read by everybody with the link, and by nobody else', async () => {
    const [guest, host, stranger] = await Promise.all([party(), party(), party(otherRoom)]);
    const envelope = await guest.sealer.knock('hello');
    expect(await host.sealer.open(envelope)).toEqual({ kind: 'knock', text: 'hello' });
    expect(await stranger.sealer.open(envelope)).toBeUndefined();
  });
});

describe('a sealed envelope', () => {
  it('is read by its recipient alone, who learns who sealed it', async () => {
    const [alice, bob, carla] = await Promise.all([party(), party(), party()]);
    const envelope = await alice.sealer.seal(bob.key.publicKey, 'the address');
    expect(await carla.sealer.open(envelope)).toBeUndefined();
    expect(await bob.sealer.open(envelope)).toEqual({ kind: 'sealed', text: 'the address', senderKey: alice.key.publicKey });
  });

  it('is refused when it is played again', async () => {
    const [alice, bob] = await Promise.all([party(), party()]);
    const envelope = await alice.sealer.seal(bob.key.publicKey, 'once');
    expect(await bob.sealer.open(envelope.slice())).toBeDefined();
    expect(await bob.sealer.open(envelope.slice())).toBeUndefined();
  });

  it('is read in any order within the window', async () => {
    const [alice, bob] = await Promise.all([party(), party()]);
    const envelopes = await Promise.all(['a', 'b', 'c'].map((text) => alice.sealer.seal(bob.key.publicKey, text)));
    const texts: (string | undefined)[] = [];
    for (const envelope of envelopes.reverse()) texts.push((await bob.sealer.open(envelope))?.text);
    expect(texts).toEqual(['c', 'b', 'a']);
  });

  it('has a number that no other of its session key has, through however many links of the room', async () => {
    const [key, bob] = [await generateSessionKey(), await party()];
    const counter = new SealCounter();
    const sealers = [room, otherRoom, room].map((keys) => new EnvelopeSealer(keys, key, counter));
    const envelopes = await Promise.all([...sealers, ...sealers].map((sealer) => sealer.seal(bob.key.publicKey, 'x')));
    const numbers = envelopes.map((envelope) => new DataView(envelope.buffer).getBigUint64(66));
    expect(numbers).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
  });

  it('is read by a recipient who has heard the same session through an earlier way in', async () => {
    const [key, bob] = [await generateSessionKey(), await party()];
    const counter = new SealCounter();
    for (const text of ['before', 'after']) {
      const envelope = await new EnvelopeSealer(room, key, counter).seal(bob.key.publicKey, text);
      expect(await bob.sealer.open(envelope)).toMatchObject({ text });
    }
  });

  it('cannot be written by somebody without the link who knows both public keys', async () => {
    const [bob, server] = await Promise.all([party(), party(otherRoom)]);
    expect(await bob.sealer.open(await server.sealer.seal(bob.key.publicKey, 'swap'))).toBeUndefined();
  });

  it('cannot be sent back to its sender', async () => {
    const [alice, bob] = await Promise.all([party(), party()]);
    const envelope = await alice.sealer.seal(bob.key.publicKey, 'mirror');
    expect(await alice.sealer.open(envelope)).toBeUndefined();
  });

  it('is refused when any byte was changed', async () => {
    const [alice, bob] = await Promise.all([party(), party()]);
    const envelope = await alice.sealer.seal(bob.key.publicKey, 'x');
    for (const at of [0, 1, 40, 66, 73, 74, 300, envelope.length - 1]) {
      const forged = envelope.slice();
      forged[at] = (forged[at] ?? 0) ^ 1;
      expect(await bob.sealer.open(forged), `byte ${at}`).toBeUndefined();
    }
    expect(await bob.sealer.open(envelope)).toBeDefined();
  });
});

describe('any envelope', () => {
  it('has a length that tells only how many half kilobytes it needed', async () => {
    const [alice, bob] = await Promise.all([party(), party()]);
    for (const length of [0, 1, 300, 500, 2_000]) {
      const [sealed, knock] = await Promise.all([alice.sealer.seal(bob.key.publicKey, 'x'.repeat(length)), alice.sealer.knock('x'.repeat(length))]);
      expect(sealed.length % limits.envelopeStepBytes).toBe(0);
      expect(knock.length % limits.envelopeStepBytes).toBe(0);
    }
    const [one, two] = await Promise.all([alice.sealer.knock(''), alice.sealer.knock('x'.repeat(400))]);
    expect(one.length).toBe(two.length);
  });

  it('holds no more than fits into 4 KiB', async () => {
    const { sealer } = await party();
    await expect(sealer.knock('é'.repeat(2_100))).rejects.toThrow(RangeError);
  });

  it('that is garbage is nothing, and throws nothing', async () => {
    const { sealer } = await party();
    for (const length of [0, 1, 511, 512, 1_024, 4_096, 8_192]) {
      for (const type of [0, 1, 2, 3]) {
        const garbage = crypto.getRandomValues(new Uint8Array(length));
        if (length) garbage[0] = type;
        expect(await sealer.open(garbage)).toBeUndefined();
      }
    }
  });
});
