/** What stands instead of the application where the browser gives no cryptography: a page opened by http from another machine. */
import { State } from '../core/observable';
import type { DeviceId } from '../core/ids';
import type { ApplicationFace, NoticesFace, Preferences, Profile, View } from '../session/faces';

/** `notices` are the page's own; everything else of the face has nothing to do here. `secureOrigin`: where the same page can be had by https, if anywhere. */
export function explainInsecure(notices: NoticesFace, secureOrigin: () => Promise<string | undefined>): ApplicationFace {
  const view = new State<View>({ kind: 'insecure' });
  void secureOrigin().then((origin) => {
    if (origin) view.set({ kind: 'insecure', secureAddress: `${origin}${location.pathname}${location.hash}` });
  });
  return {
    view,
    notices,
    preferences: new State<Preferences>({ tellsRead: false, tellsTyping: false }),
    storage: { estimate: () => Promise.resolve({ usedBytes: undefined, quotaBytes: undefined, persisted: false }), persist: () => Promise.resolve(false) },
    setPreferences: () => undefined,
    profile: new State<Profile>({ name: '', deviceId: '' as DeviceId, tint: undefined, picture: undefined }),
    rename: () => '',
    chooseTint: () => undefined,
    choosePicture: () => undefined,
    joinByText: () => Promise.resolve({ kind: 'empty' }),
    goHome: () => undefined,
  };
}
