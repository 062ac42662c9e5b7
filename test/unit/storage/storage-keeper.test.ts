import { expect } from 'chai';
import { describe, it } from 'vitest';
import { createStorageKeeper } from '../../../src/storage/storage-keeper';

describe('what this site stores', () => {
  it('is what the browser says', async () => {
    const keeper = createStorageKeeper(manager({ estimate: async () => ({ usage: 5, quota: 100 }), persisted: async () => true }));
    expect(await keeper.estimate()).to.deep.equal({ usedBytes: 5, quotaBytes: 100, persisted: true });
  });

  it('is unknown where the browser says nothing, or refuses', async () => {
    const unknown = { usedBytes: undefined, quotaBytes: undefined, persisted: false };
    const refuse = () => Promise.reject(new TypeError('not in a private window'));
    expect(await createStorageKeeper(manager({})).estimate()).to.deep.equal(unknown);
    expect(await createStorageKeeper(manager({ estimate: refuse, persisted: refuse, persist: refuse })).estimate()).to.deep.equal(unknown);
    expect(await createStorageKeeper(manager({ persisted: refuse, persist: refuse })).persist()).to.equal(false);
  });

  it('is kept when the browser grants it, which is asked once', async () => {
    let persisted = false;
    let asked = 0;
    const keeper = createStorageKeeper(manager({ persisted: async () => persisted, persist: async () => { asked += 1; return (persisted = true); } }));
    expect(await keeper.persist()).to.equal(true);
    expect(await keeper.persist()).to.equal(true);
    expect(asked).to.equal(1);
  });
});

/** A StorageManager of an old browser, or another: what it lacks is undefined. */
function manager(parts: Partial<StorageManager>): StorageManager {
  return parts as StorageManager;
}
