/** The composition root: picks the concrete parts of what the home page needs, and says where the rest comes from. Rooms follow in compose-room.ts. */
import { watch } from './core/observable';
import { Application, type RoomOpener } from './session/application';
import { Identity } from './session/identity';
import { Notices } from './session/notices';
import { openStorage } from './storage/open-storage';
import { createStorageKeeper } from './storage/storage-keeper';
import { speak } from './ui/i18n/language';
import { createNavigation } from './ui/navigation';
import type { MmApp } from './ui/mm-app';
import './ui/mm-app';

void start();

async function start(): Promise<void> {
  // First of all, since it hides a room's name from glances at the address.
  const navigation = createNavigation();
  const notices = new Notices();
  reportFaults(notices);
  const page = document.querySelector<MmApp>('mm-app');
  if (!page) throw new Error('index.html has no <mm-app>');
  if (!isSecureContext) {
    const [{ explainInsecure }, { fetchServerSettings }] = await Promise.all([import('./ui/insecure'), import('./network/server-settings')]);
    page.application = explainInsecure(notices, async () => (await fetchServerSettings()).secureOrigin);
    return;
  }
  const [storage] = await Promise.all([openStorage(), speak()]);
  watch(storage.problem, new AbortController().signal, (reason) => {
    if (reason) notices.show({ kind: 'not-kept', reason });
  });
  const identity = await Identity.load(storage.device, async () => (await import('./ui/i18n/made-up-names')).makeUpName(Math.random));
  let rooms: Promise<RoomOpener> | undefined;
  const application = new Application({
    identity,
    notices,
    rooms: storage.rooms,
    storage: createStorageKeeper(),
    navigation,
    origin: location.origin,
    now: Date.now,
    keepsRooms: () => storage.kept,
    loadNames: async () => (await import('./compose-names')).composeNames({ identity, rooms: storage.rooms }),
    loadRooms() {
      rooms ??= import('./compose-room').then(({ composeRooms }) => composeRooms({ identity, notices, storage }));
      // One that failed must not be the answer for ever.
      rooms.catch(() => (rooms = undefined));
      return rooms;
    },
  });
  page.application = application;
  addEventListener('pagehide', () => application.sayAway());
  await application.start();
}

/** At most one "Oops" in this time, in milliseconds: a fault that repeats itself is one fault. */
const oopsEveryMs = 10_000;

/** The one boundary for what nobody foresaw: a person hears of it in one sentence, once in a while, and the page goes on. */
function reportFaults(notices: Notices): void {
  let lastMs = -Infinity;
  const report = (): void => {
    const nowMs = performance.now();
    if (nowMs - lastMs < oopsEveryMs) return;
    lastMs = nowMs;
    notices.show({ kind: 'oops' });
  };
  addEventListener('error', report);
  addEventListener('unhandledrejection', report);
}
