/** The address bar as the application knows it: `/` is home, `/room` a room whose local alias is in the history entry, a fragment is a link just opened. */
import type { RoomAlias } from '../core/ids';
import type { Navigation } from '../session/application';

export function createNavigation(): Navigation {
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
      // A pasted link causes both events where the fragment changes; the second finds nothing left to do.
      addEventListener('popstate', listener);
      addEventListener('hashchange', () => {
        if (location.hash !== '') listener();
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
