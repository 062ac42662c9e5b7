/**
 * How Chromium is started in tests: invented camera and microphone, and nothing that talks to the network on its own.
 *
 * Without `--use-fake-ui-for-media-stream`: it grants the devices to everybody, whatever the context's permissions say,
 * so that a refusal could not be shown (seen in Chromium 156). A context with `permissions` needs no prompt either.
 */
export const chromiumArguments = [
  '--use-fake-device-for-media-stream',
  // Two pages share two cores: a page in the background must not be slowed down as if nobody looked at it.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-default-browser-check',
  '--no-pings',
  '--metrics-recording-only',
];
