/** Loads what shows files in messages, once the first one is there; what can't be loaded just now is tried again. */

/** Until the next try, in milliseconds; earlier when the browser says that it is online. */
const againMs = 5_000;

let loading: Promise<void> | undefined;

/** Resolves when it is there, however long that takes: elements that wait for it are shown in words until then. */
export function loadFileCode(): Promise<void> {
  loading ??= load();
  return loading;
}

async function load(): Promise<void> {
  for (;;) {
    try {
      await import('./mm-message-files');
      return;
    } catch {
      await onlineOrLater();
    }
  }
}

function onlineOrLater(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, againMs);
    function done(): void {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    }
    addEventListener('online', done);
  });
}
