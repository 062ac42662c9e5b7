/** The second half of the composition root, loaded when the home page stands: picks the network, the devices and the history of rooms. */
import { AppError } from './core/app-error';
import { State, type Observable } from './core/observable';
import { createFileMedia } from './media/create-file-media';
import type { Sounds } from './media/sounds';
import { PeerjsIntroducer } from './network/peerjs-introducer';
import { RtcLink } from './network/rtc-link';
import { fetchServerSettings } from './network/server-settings';
import { createSessionCertificate } from './network/session-certificate';
import type { RoomOpener } from './session/application';
import type { Identity } from './session/identity';
import type { Notices } from './session/notices';
import type { RoomParts } from './session/room-parts';
import { RoomSession } from './session/room-session';
import type { DeviceStorage } from './storage/open-storage';
import { createRoomLock } from './storage/room-lock';
import { createStorageKeeper } from './storage/storage-keeper';
import { trustedScriptUrl } from './ui/trusted-types';

export interface RoomFoundation {
  readonly identity: Identity;
  readonly notices: Notices;
  readonly storage: DeviceStorage;
}

/** One a page: settings and sounds are the page's, not a room's. Rejects when code that rooms can't do without is not to be had. */
export async function composeRooms({ identity, notices, storage }: RoomFoundation): Promise<RoomOpener> {
  const settings = fetchServerSettings();
  const stores = await storage.roomStores();
  let sounds: Promise<Sounds> | undefined;
  const loadSounds = (): Promise<Sounds> => (sounds ??= import('./media/sounds').then(({ createSounds }) => createSounds()));
  const silent = (): void => {
    sounds = undefined; // Not to be had now; a card on the screen says the same, and the next ring tries again.
  };
  const parts: RoomParts = {
    identity,
    notices,
    rooms: storage.rooms,
    origin: location.origin,
    now: Date.now,
    random: Math.random,
    isOnline: () => navigator.onLine,
    looking: watchLooking(),
    people: stores.people,
    logOf: (alias) => stores.logOf(alias),
    filesOf: (alias) => stores.filesOf(alias, trustedScriptUrl),
    fileMedia: createFileMedia(trustedScriptUrl),
    freeBytes,
    admissionOf: async (alias) => stores.admissionOf(alias),
    derivePasswordKey,
    lockOf: createRoomLock,
    network: {
      createCertificate: createSessionCertificate,
      createIntroducer: (tag, session, signal) => new PeerjsIntroducer(location.origin, tag, session, signal),
      prepareLink: (options) => RtcLink.prepare(options),
      iceServers: async () => (await settings).iceServers,
    },
    media: {
      // Devices and sounds come when they are first wanted: nobody waits for them to chat.
      openMicrophone: async () => (await import('./media/capture')).openMicrophone(),
      openCamera: async () => (await import('./media/capture')).openCamera(),
      watchSpeaking: async (track, onChange, signal) => {
        const { watchSpeaking } = await import('./media/speaking-detector');
        if (!signal.aborted) watchSpeaking(track, onChange, signal);
      },
      prefetch: () => void Promise.allSettled([import('./media/capture'), import('./media/speaking-detector'), loadSounds()]),
      ring: () => void loadSounds().then((ready) => ready.ring(), silent),
      callRing: (signal) =>
        void loadSounds().then((ready) => {
          if (!signal.aborted) signal.addEventListener('abort', ready.callRing(), { once: true });
        }, silent),
    },
  };
  return {
    open: (record, page) => RoomSession.load(parts, record, page),
    async *search(text, signal) {
      const { searchRooms } = await import('./session/room-search');
      yield* searchRooms({ rooms: storage.rooms, ownId: identity.deviceId, now: Date.now, logOf: (alias) => parts.logOf(alias) }, text, signal);
    },
    phoneOrigin: async () => (await settings).phoneOrigin,
  };
}

async function freeBytes(): Promise<number | undefined> {
  const { usedBytes, quotaBytes } = await createStorageKeeper().estimate();
  return quotaBytes === undefined ? undefined : quotaBytes - (usedBytes ?? 0);
}

/** A page behind other windows is not looked at, though browsers call it visible. */
function watchLooking(): Observable<boolean> {
  const isLooking = (): boolean => document.visibilityState === 'visible' && document.hasFocus();
  const looking = new State(isLooking());
  const follow = (): void => looking.set(isLooking());
  document.addEventListener('visibilitychange', follow);
  addEventListener('focus', follow);
  addEventListener('blur', follow);
  return looking;
}

/** Passwords are rare: what makes keys of them is loaded for the one that was typed. */
const derivePasswordKey: RoomParts['derivePasswordKey'] = async (text, salt) => {
  const keys = await import('./compose-names').catch((cause: unknown) => {
    throw new AppError('no-password-key', { cause });
  });
  return keys.derivePasswordKey(text, salt);
};
