/** The policies as docs/security.md and shared recipes give them. */
import { expect, test } from 'vitest';
import { securityHeaders } from '../../../signaling/security-headers';

test('documents may load from their own origin only, and strings never become code', () => {
  expect(securityHeaders('/room')['Content-Security-Policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; font-src 'self'; manifest-src 'self'; " +
      "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
      'trusted-types lit-html dompurify mindmeet',
  );
});

test('scripts that run as workers may connect to nothing', () => {
  const policy = securityHeaders('/assets/markdown.worker-abc.js')['Content-Security-Policy'];
  expect(policy).toContain("default-src 'none'; script-src 'self'");
  expect(policy).not.toContain('connect-src');
});

test('WebAssembly is for the worker that computes the keys of names and passwords, and for no page and no other script', () => {
  const policyOf = (path: string) => securityHeaders(path)['Content-Security-Policy'];
  expect(policyOf('/assets/password-key.worker-AbC_1-2.js')).toBe(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types mindmeet",
  );
  for (const other of ['/', '/rooms/assets/password-key.worker-abc.js', '/assets/password-key-abc.js', '/assets/room-abc.js', '/assets/markdown.worker-abc.js', '/assets/password-key.worker-abc.html']) {
    expect(policyOf(other)).not.toContain('wasm');
  }
});

test('features are for the own page or for nobody', () => {
  const policy = securityHeaders('/')['Permissions-Policy'];
  for (const own of ['camera', 'microphone', 'display-capture', 'speaker-selection', 'fullscreen', 'picture-in-picture', 'screen-wake-lock', 'clipboard-write']) {
    expect(policy).toContain(`${own}=(self)`);
  }
  for (const none of ['geolocation', 'usb', 'serial', 'payment']) expect(policy).toContain(`${none}=()`);
});

test('every response is isolated, unsniffed and sends no referrer', () => {
  expect(securityHeaders('/health')).toMatchObject({
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  });
});
