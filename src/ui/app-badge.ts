/** The number on the app's icon (https://w3c.github.io/badging/); only installed apps in some browsers have one. */

let shown = 0;

export function showUnreadBadge(count: number): void {
  if (count === shown || !('setAppBadge' in navigator)) return;
  shown = count;
  // Not installed, or not allowed: there is no icon to put it on.
  (count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => undefined);
}
