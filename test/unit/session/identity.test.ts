/** Who this device is, over a store that outlives the page. */
import { expect, it, vi } from 'vitest';
import { limits } from '../../../src/config';
import { deriveDeviceId } from '../../../src/protocol/invite';
import { Identity } from '../../../src/session/identity';
import { MemoryDeviceStore } from '../../../src/storage/memory-stores';

const picture = Uint8Array.of(0xff, 0xd8, 0xff, 1, 2, 3);

it('is the same device with the same name on the next visit, and made one up on the first', async () => {
  const store = new MemoryDeviceStore();
  const first = await load(store);
  await first.named;
  expect(first.profile.value).toEqual({ name: 'Quiet Otter', deviceId: await deriveDeviceId(first.publicKey), tint: undefined, picture: undefined });
  const next = await load(store, () => Promise.reject(new Error('there is a name')));
  await next.named;
  expect(next.profile.value).toEqual(first.profile.value);
});

it('tells a name that was typed from one that was made up, also on the next visit', async () => {
  const store = new MemoryDeviceStore();
  const identity = await load(store);
  await identity.named;
  expect(identity.nameChosen).toBe(false);
  expect((await load(store)).nameChosen).toBe(false);
  expect(identity.rename('  Ana ')).toBe('Ana');
  expect(identity.nameChosen).toBe(true);
  const next = await load(store);
  expect([next.profile.value.name, next.nameChosen]).toEqual(['Ana', true]);
});

it('takes the made-up name for a chosen one when the person confirms it', async () => {
  const store = new MemoryDeviceStore();
  const identity = await load(store);
  await identity.named;
  identity.rename('Quiet Otter');
  expect((await load(store)).nameChosen).toBe(true);
});

it('keeps its name when nothing visible is typed, and that is no choice', async () => {
  const identity = await load(new MemoryDeviceStore());
  await identity.named;
  expect(identity.rename(' \u200B ')).toBe('Quiet Otter');
  expect(identity.nameChosen).toBe(false);
});

it('leaves the name alone that was typed while one was being made up', async () => {
  let made = (_name: string): void => undefined;
  const identity = await load(new MemoryDeviceStore(), () => new Promise((resolve) => (made = resolve)));
  identity.rename('Ana');
  made('Quiet Otter');
  await identity.named;
  expect([identity.profile.value.name, identity.nameChosen]).toEqual(['Ana', true]);
});

it('tells others what was read and typed unless its person chose otherwise, also on the next visit', async () => {
  const store = new MemoryDeviceStore();
  const identity = await load(store);
  expect(identity.preferences.value).toEqual({ tellsRead: true, tellsTyping: true });
  identity.setPreferences({ tellsRead: false });
  expect(identity.preferences.value).toEqual({ tellsRead: false, tellsTyping: true });
  await vi.waitFor(async () => expect((await load(store)).preferences.value).toEqual({ tellsRead: false, tellsTyping: true }));
});

it('keeps colour and picture for the next visit, until they are taken back', async () => {
  const store = new MemoryDeviceStore();
  const identity = await load(store);
  identity.chooseTint(3);
  await identity.choosePicture(picture);
  expect((await load(store)).profile.value).toMatchObject({ tint: 3, picture });
  identity.chooseTint(undefined);
  await identity.choosePicture(undefined);
  expect((await load(store)).profile.value).toMatchObject({ tint: undefined, picture: undefined });
});

it('takes nothing for a picture that others would refuse', async () => {
  const identity = await load(new MemoryDeviceStore());
  await identity.choosePicture(picture);
  await identity.choosePicture(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'));
  await identity.choosePicture(Uint8Array.of(...picture, ...new Uint8Array(limits.pictureBytes)));
  expect(identity.profile.value.picture).toBe(picture);
});

it('tells of each change once', async () => {
  const identity = await load(new MemoryDeviceStore());
  await identity.named;
  const told = vi.fn();
  identity.profile.subscribe(told);
  identity.rename('Ana');
  identity.rename('Ana');
  identity.chooseTint(1);
  expect(told.mock.calls.map(([profile]) => profile as unknown)).toMatchObject([{ name: 'Ana' }, { name: 'Ana', tint: 1 }]);
});

function load(store: MemoryDeviceStore, makeUpName: () => Promise<string> = async () => 'Quiet Otter'): Promise<Identity> {
  return Identity.load(store, makeUpName);
}
