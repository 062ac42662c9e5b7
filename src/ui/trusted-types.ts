/**
 * The only way to make a worker under `require-trusted-types-for 'script'` (recipes.md; https://w3c.github.io/trusted-types/dist/spec/):
 * policy `mindmeet` lets script addresses of our own origin pass and nothing else.
 */

interface ScriptUrlPolicy {
  createScriptURL(url: string): unknown;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptUrlPolicy;
}

let policy: ScriptUrlPolicy | undefined;

/**
 * `url` in the shape that `new Worker` and `serviceWorker.register` take. Throws a TypeError for another origin.
 * The result is typed `string | URL` because TypeScript's DOM types don't know TrustedScriptURL there yet.
 */
export function trustedScriptUrl(url: string): string | URL {
  policy ??= factory()?.createPolicy('mindmeet', { createScriptURL: ownOrigin }) ?? { createScriptURL: ownOrigin };
  return policy.createScriptURL(url) as string | URL;
}

function ownOrigin(url: string): string {
  const resolved = new URL(url, location.href);
  if (resolved.origin !== location.origin) throw new TypeError('Script address of another origin');
  return resolved.href;
}

/** Undefined where the browser has no Trusted Types. */
function factory(): PolicyFactory | undefined {
  return (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
}
