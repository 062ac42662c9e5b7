/** Firefox for the Chromium-Firefox pair: the system's own, driven by puppeteer-core over WebDriver BiDi (Playwright drives only its patched build). */
import { launch } from 'puppeteer-core';
import type { Browser } from 'puppeteer-core';
import { findFirefox } from '../../scripts/browser.mjs';

/** undefined: there is none here. */
const firefoxPath: string | undefined = findFirefox();

const preferences = {
  // Invented camera and microphone, granted without a prompt.
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  // Both browsers are on one machine: loopback candidates, and addresses instead of mDNS names nobody answers for.
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
  // No request of the browser's own in a test that counts requests.
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'datareporting.healthreport.uploadEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
};

/** Headless, with a new profile; the caller closes it. `locale` sets the language that pages see. */
export async function launchFirefox(locale = 'en-GB'): Promise<Browser> {
  if (firefoxPath === undefined) throw new Error('There is no Firefox here.');
  return launch({
    browser: 'firefox',
    executablePath: firefoxPath,
    headless: true,
    extraPrefsFirefox: { ...preferences, 'intl.accept_languages': locale },
  });
}
