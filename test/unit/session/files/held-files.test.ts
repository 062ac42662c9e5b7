import { expect, it, vi } from 'vitest';
import { HeldFiles } from '../../../../src/session/files/held-files';
import { PlainFileStore, type PlainFile } from '../../../support/plain-file-store';

it('closes those that were not used for a while, but none while it is read', async () => {
  const store = new PlainFileStore();
  const files: PlainFile[] = [];
  for (let count = 0; count < 60; count += 1) files.push(await store.put(new Uint8Array([count])));
  const closed: number[] = [];
  for (const [index, file] of files.entries()) vi.spyOn(file, 'close').mockImplementation(async () => void closed.push(index));
  const held = new HeldFiles(store);
  await held.loaded;
  let goOn: () => void = () => undefined;
  const blocked = new Promise<void>((resolve) => (goOn = resolve));
  store.delay = () => blocked;
  const [first] = files;
  if (!first) throw new Error('no file');
  await held.open(first.id);
  const reading = held.read(first, 0);
  for (const { id } of files.slice(1, 50)) await held.open(id);
  expect(closed).toContain(1);
  expect(closed).not.toContain(0);
  goOn();
  await reading;
  for (const { id } of files.slice(50)) await held.open(id);
  expect(closed).toContain(0);
});
