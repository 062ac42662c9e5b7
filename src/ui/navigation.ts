/**
 * The address bar as the application knows it: `/` is home, `/room` a room whose local alias is in the history entry, a fragment is a link or a room's name just
 * opened. `/rooms/NAME` is taken, too, and turned into `/#/rooms/NAME` at once: the name's place is where no server sees it, also not at the next reload.
 */
import type { RoomAlias } from '../core/ids';
import type { Navigation } from '../session/application';

export function createNavigation(): Navigation {
  // A fragment is the newer word: whoever pasted a link behind such a path means the link.
  if (location.pathname.startsWith('/rooms/')) history.replaceState(null, '', `/${location.hash.slice(1) ? location.hash : `#${location.pathname}`}`);
  return {
    current() {
      const alias = readAlias(history.state);
      // A code has no character that needs decoding; a broken link is shown as broken, however it is encoded.
      return { path: location.pathname, fragment: location.hash.slice(1), alias };
    },
    showRoom(alias, how) {
      write(how, { alias }, '/room');
    },
    showHome(how) {
      write(how, null, '/');
    },
    onChange(listener) {
      // A pasted link causes both events where the browser follows HTML §7.4.6.2, popstate first; it is one change.
      let told = '';
      addEventListener('popstate', () => {
        told = location.href;
        listener();
      });
      addEventListener('hashchange', ({ newURL }) => {
        if (newURL !== told) listener();
        told = '';
      });
    },
    onReturn(listener) {
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible') listener();
      });
      addEventListener('focus', listener);
    },
  };
}

function write(how: 'push' | 'replace', state: { readonly alias: RoomAlias } | null, path: string): void {
  if (how === 'push') history.pushState(state, '', path);
  else history.replaceState(state, '', path);
}

function readAlias(state: unknown): RoomAlias | undefined {
  return typeof state === 'object' && state !== null && 'alias' in state && typeof state.alias === 'string' ? (state.alias as RoomAlias) : undefined;
}
