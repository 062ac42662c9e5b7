/** The address bar of a real browser, put back as it was after each test. */
import { expect } from 'chai';
import type { RoomAlias } from '../../../src/core/ids';
import { createNavigation } from '../../../src/ui/navigation';

const before = location.href;
afterEach(() => history.replaceState(null, '', before));

describe('the address', () => {
  for (const [address, turned] of [
    ['/rooms/book%20club', '/#/rooms/book%20club'],
    ['/rooms/caf%C3%A9?utm=1', '/#/rooms/caf%C3%A9'],
    ['/rooms/v1.5', '/#/rooms/v1.5'],
    ['/rooms/book#abc', '/#abc'],
    ['/rooms/book#', '/#/rooms/book'],
  ] as const) {
    it(`${address} is turned into ${turned} at once, and Back does not lead to it`, () => {
      history.replaceState(null, '', address);
      const { length } = history;
      const { path, fragment } = createNavigation().current();
      expect(location.href).to.equal(`${location.origin}${turned}`);
      expect([path, `#${fragment}`]).to.deep.equal(['/', turned.slice(1)]);
      expect(history.length).to.equal(length);
    });
  }

  it('of a room or the home page stays as it is', () => {
    history.replaceState({ alias: 'a' }, '', '/room');
    expect(createNavigation().current()).to.deep.equal({ path: '/room', fragment: '', alias: 'a' });
    history.replaceState(null, '', '/');
    expect(createNavigation().current()).to.deep.equal({ path: '/', fragment: '', alias: undefined });
  });

  it('tells once of a link that is pasted into the open page, and once of going back', async () => {
    const navigation = createNavigation();
    navigation.showRoom('a' as RoomAlias, 'replace');
    const told: string[] = [];
    navigation.onChange(() => told.push(location.pathname + location.hash));

    await afterEvents(['popstate', 'hashchange'], () => (location.hash = '#abc'));
    expect(told).to.deep.equal(['/room#abc']);
    await afterEvents(['popstate', 'hashchange'], () => (location.hash = '#/rooms/book'));
    expect(told).to.deep.equal(['/room#abc', '/room#/rooms/book']);
    await afterEvents(['popstate', 'hashchange'], () => history.back());
    expect(told).to.deep.equal(['/room#abc', '/room#/rooms/book', '/room#abc']);
    await afterEvents(['popstate', 'hashchange'], () => history.back());
    expect(told.slice(3)).to.deep.equal(['/room']);
  });

  it('tells of Back from a room to the home page', async () => {
    const navigation = createNavigation();
    navigation.showHome('replace');
    let told = 0;
    navigation.onChange(() => (told += 1));
    navigation.showRoom('a' as RoomAlias, 'push');
    await afterEvents(['popstate'], () => history.back());
    expect(told).to.equal(1);
  });

  it('tells of a pasted link also when taking it hides it before the second event', async () => {
    const navigation = createNavigation();
    navigation.showHome('replace');
    let told = 0;
    navigation.onChange(() => {
      told += 1;
      navigation.showRoom('a' as RoomAlias, 'replace');
    });
    await afterEvents(['popstate', 'hashchange'], () => (location.hash = '#abc'));
    expect(told).to.equal(1);
    await afterEvents(['popstate', 'hashchange'], () => (location.hash = '#abc'));
    expect(told).to.equal(2);
  });
});

/** Resolves when each of the events came, and all their listeners were called. */
async function afterEvents(names: readonly string[], action: () => void): Promise<void> {
  const came = names.map((name) => new Promise((resolve) => addEventListener(name, resolve, { once: true })));
  action();
  await Promise.all(came);
}
