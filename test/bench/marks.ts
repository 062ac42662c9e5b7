/** Points in time of a page, in milliseconds since 1970: comparable between the pages of one machine. */
import type { BrowserContext, Page } from '@playwright/test';

declare global {
  interface Window {
    /** When the person last clicked, by the event's own time; see `recordClicks`. */
    clickedAtMs?: number;
    /** When the last camera was open; see `recordCapture`. */
    capturedAtMs?: number;
  }
}

/** Waits for the first User Timing mark of that name, also one set before; rejects after 20 s. */
export function markedAtMs(page: Page, name: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve, reject) => {
        setTimeout(() => reject(new Error(`no mark ${wanted} in 20 s`)), 20_000);
        new PerformanceObserver((entries, observer) => {
          const [mark] = entries.getEntriesByName(wanted);
          if (!mark) return;
          observer.disconnect();
          resolve(performance.timeOrigin + mark.startTime);
        }).observe({ type: 'mark', buffered: true });
      }),
    name,
  );
}

/** For `prepare`: from then on `clickedAtMs` tells of clicks, without what the driver does before and after. */
export async function recordClicks(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    addEventListener('click', (event) => (window.clickedAtMs = performance.timeOrigin + event.timeStamp), { capture: true });
  });
}

/** When the page was last clicked. Throws if it wasn't, or if `recordClicks` did not prepare it. */
export function clickedAtMs(page: Page): Promise<number> {
  return page.evaluate(() => {
    if (window.clickedAtMs === undefined) throw new Error('no click was recorded');
    return window.clickedAtMs;
  });
}

/** For `prepare`: from then on `capturedAtMs` tells when getUserMedia had a camera: what the device takes is the same for everybody. */
export async function recordCapture(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    if (!isSecureContext) return; // A blank page has no devices.
    const getUserMedia = MediaDevices.prototype.getUserMedia;
    MediaDevices.prototype.getUserMedia = async function (constraints) {
      const stream = await getUserMedia.call(this, constraints);
      if (stream.getVideoTracks().length > 0) window.capturedAtMs = performance.timeOrigin + performance.now();
      return stream;
    };
  });
}

/** When the page's camera was open. Throws if none was, or if `recordCapture` did not prepare it. */
export function capturedAtMs(page: Page): Promise<number> {
  return page.evaluate(() => {
    if (window.capturedAtMs === undefined) throw new Error('no camera was recorded');
    return window.capturedAtMs;
  });
}

/** For `prepare`: presses Accept the moment a ring card has one, so that no person's time is measured. */
export async function acceptAtOnce(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const attachShadow = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (options) {
      const root = attachShadow.call(this, options);
      new MutationObserver((_changes, observer) => {
        const accept = [...root.querySelectorAll<HTMLButtonElement>('[role="alertdialog"] button')].find(({ textContent }) => textContent.trim() === 'Accept');
        if (!accept) return;
        observer.disconnect();
        accept.click();
      }).observe(root, { childList: true, subtree: true });
      return root;
    };
  });
}
