/** Finds, or on a fresh machine installs, the browsers that the tests drive; uses node: built-ins only. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const firefoxNames = ['firefox-esr', 'firefox'];

/** Path of a Chromium that answers `--version`: CHROME_PATH, else one on the PATH; undefined if there is none. */
export function findChromium() {
  const chosen = process.env['CHROME_PATH'];
  if (chosen !== undefined && chosen !== '') {
    if (!runs(chosen)) throw new Error(`CHROME_PATH is ${chosen}, which does not answer --version.`);
    return chosen;
  }
  return chromiumNames.map(onPath).find(runs) ?? (process.platform === 'darwin' ? ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'].find(runs) : undefined);
}

/** Path of a Firefox that answers `--version`: FIREFOX_PATH, else one on the PATH; undefined if there is none. */
export function findFirefox() {
  const chosen = process.env['FIREFOX_PATH'];
  if (chosen !== undefined && chosen !== '') {
    if (!runs(chosen)) throw new Error(`FIREFOX_PATH is ${chosen}, which does not answer --version.`);
    return chosen;
  }
  return firefoxNames.map(onPath).find(runs) ?? (process.platform === 'darwin' ? ['/Applications/Firefox.app/Contents/MacOS/firefox'].find(runs) : undefined);
}

/**
 * Like findChromium, but installs one: by apt as root on Debian, else by Playwright's own download into its cache.
 * Throws one clear sentence if neither works.
 * @returns {Promise<string>}
 */
export async function ensureChromium(/** @type {(line: string) => void} */ say) {
  const found = findChromium() ?? (await playwrightChromium());
  if (found !== undefined) return found;
  if (canApt()) {
    say('no Chromium yet: apt-get install chromium');
    aptInstall('chromium');
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  say("no Chromium yet: Playwright's download");
  run(process.execPath, [join('node_modules', '@playwright/test/cli.js'), 'install', 'chromium'], 300_000);
  const downloaded = await playwrightChromium();
  if (downloaded !== undefined) return downloaded;
  throw new Error('The tests need Chromium or Chrome: install one, or set CHROME_PATH to its program.');
}

/** Like findFirefox, but in CI, as root on Debian, installs it by apt. */
export function ensureFirefox(/** @type {(line: string) => void} */ say) {
  const found = findFirefox();
  if (found !== undefined || process.env['CI'] !== 'true' || !canApt()) return found;
  say('no Firefox yet: apt-get install firefox-esr');
  aptInstall('firefox-esr');
  return findFirefox();
}

async function playwrightChromium() {
  // Not a static import: this file also serves before anything is installed.
  const { chromium } = await import('@playwright/test');
  return [chromium.executablePath()].find(runs);
}

/** A snap stub stands on the PATH without a browser behind it, so the program is asked. */
function runs(/** @type {string | undefined} */ program) {
  if (program === undefined || !existsSync(program)) return false;
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  return status === 0 && /\d+\.\d+/.test(stdout);
}

function onPath(/** @type {string} */ name) {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const program = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
    try {
      accessSync(program, constants.X_OK);
      return program;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

function canApt() {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get') !== undefined;
}

function aptInstall(/** @type {string} */ name) {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], 180_000, environment);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], 420_000, environment);
}

/** Output is shown only of a failure. */
function run(/** @type {string} */ program, /** @type {string[]} */ args, /** @type {number} */ timeoutMs, environment = process.env) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: timeoutMs, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  if (status !== 0) console.log(`${program} ${args.join(' ')} failed:\n${`${stdout}${stderr}`.trim().split('\n').slice(-15).join('\n')}`);
}
