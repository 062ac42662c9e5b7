/** What every response tells the browser to refuse. Values only; http-host.ts sends them. */

/** Of documents: own scripts and styles, no inline ones, no other origin, and no string becomes code but through a named policy. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "manifest-src 'self'",
  // 'self' covers ws: and wss: of the own origin (CSP 3 §6.7.2.8, all browsers since Safari 15.4).
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html dompurify mindmeet',
].join('; ');

/**
 * Of scripts under /assets/, where it counts for those that run as workers: a worker obeys the policy of its own response
 * (CSP 3 §4.2.2). It may import, and connect to nothing: what it parses comes from strangers.
 */
const workerPolicy = scriptPolicy("'self'");

/** The one worker that compiles WebAssembly (src/protocol/password-key.worker.ts). Nothing else may: neither pages nor other workers. */
const wasmWorkerPolicy = scriptPolicy("'self' 'wasm-unsafe-eval'");

function scriptPolicy(scripts: string): string {
  return ["default-src 'none'", `script-src ${scripts}`, "require-trusted-types-for 'script'", 'trusted-types mindmeet'].join('; ');
}

const ownFeatures = [
  'camera',
  'microphone',
  'display-capture',
  'speaker-selection',
  'fullscreen',
  'picture-in-picture',
  'screen-wake-lock',
  'clipboard-write',
  'autoplay',
];

/** Chromium says on the console when it doesn't know a feature, so experimental ones and those of some platforms only are left out. */
const noFeatures = [
  'accelerometer',
  'clipboard-read',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'magnetometer',
  'midi',
  'payment',
  'serial',
  'usb',
];

const permissionsPolicy = [...ownFeatures.map((feature) => `${feature}=(self)`), ...noFeatures.map((feature) => `${feature}=()`)].join(', ');

/** The headers for the response at `pathname`, by name. */
export function securityHeaders(pathname: string): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': policyOf(pathname),
    'Permissions-Policy': permissionsPolicy,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
}

/** Vite names a worker's script after its source. */
function policyOf(pathname: string): string {
  if (!pathname.startsWith('/assets/') || !pathname.endsWith('.js')) return pagePolicy;
  return pathname.startsWith('/assets/password-key.worker-') ? wasmWorkerPolicy : workerPolicy;
}
