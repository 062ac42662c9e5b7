/** One at a Chromium, the other at a Firefox: the same link, ring, chat and call, whoever made the room. */
import type { Page } from '@playwright/test';
import type { Browser } from 'puppeteer-core';
import { launchFirefox } from '../support/firefox';
import { FirefoxPerson } from '../support/firefox-person';
import { expectConnected, followLink, heard, openHome, say } from '../support/meeting';
import { mediaStats, recordPeerConnections } from '../support/peer-connections';
import { expect, test } from '../support/story';

const connection = { role: 'status', name: 'Connection' } as const;
const messages = { role: 'log', name: 'Messages' } as const;
const cameraOn = { role: 'button', name: 'Turn camera on' } as const;

let firefox: Browser | undefined;
test.afterEach(async () => {
  await firefox?.close();
  firefox = undefined;
});

test('a guest at a Firefox is let in by a Chromium, and they chat and call with picture and sound', async ({ visit, server }) => {
  const { person: alice, link } = await openHome(visit, 'Alice', { prepare: recordPeerConnections });
  const bob = await openFirefox(server.origin);
  await bob.write({ role: 'textbox', name: 'Your name' }, 'Bob');
  await bob.page.keyboard.press('Tab');
  await bob.page.goto(link);
  await bob.expectSeen({ role: 'heading', name: 'Waiting to be let in' });
  await alice.page.getByRole('alertdialog', { name: 'Bob wants to come in' }).getByRole('button', { name: 'Accept' }).click();

  await chat(alice.page, bob, { chromium: 'Alice', firefox: 'Bob' });
  await alice.page.getByRole('button', { name: 'Start call' }).click();
  await bob.press({ role: 'alertdialog', name: 'Alice started a call' }, { role: 'button', name: 'Join call' });
  await expectMediaBothWays(alice.page, bob, { chromium: 'Alice', firefox: 'Bob' });
  expectQuiet(bob, server.origin);
});

test('a host at a Firefox lets a Chromium in, and they chat and call with picture and sound', async ({ visit, server }) => {
  const alice = await openFirefox(server.origin);
  await alice.write({ role: 'textbox', name: 'Your name' }, 'Alice');
  await alice.page.keyboard.press('Tab');
  await alice.expectText(connection, /^Alone here$/u);
  const bob = await followLink(visit, 'Bob', await alice.valueOf({ role: 'textbox', name: 'Room link' }), { prepare: recordPeerConnections });
  await alice.press({ role: 'alertdialog', name: 'Bob wants to come in' }, { role: 'button', name: 'Accept' });

  await chat(bob.page, alice, { chromium: 'Bob', firefox: 'Alice' });
  await alice.press({ role: 'button', name: 'Start call' });
  await bob.page.getByRole('alertdialog', { name: 'Alice started a call' }).getByRole('button', { name: 'Join call' }).click();
  await expectMediaBothWays(bob.page, alice, { chromium: 'Bob', firefox: 'Alice' });
  expectQuiet(alice, server.origin);
});

interface Names {
  readonly chromium: string;
  readonly firefox: string;
}

async function openFirefox(origin: string): Promise<FirefoxPerson> {
  firefox = await launchFirefox();
  return FirefoxPerson.open(firefox, origin);
}

async function chat(chromium: Page, other: FirefoxPerson, names: Names): Promise<void> {
  await expectConnected(chromium);
  await other.expectText(connection, /^Direct · verified$/u);
  await say(chromium, 'Hello **Firefox**');
  await other.expectText(messages, new RegExp(`${names.chromium}[^]*Hello Firefox`, 'u'));
  await other.write({ role: 'textbox', name: 'Message' }, 'Hello Chromium');
  await other.page.keyboard.press('Enter');
  await expect(heard(chromium, 'Hello Chromium')).toContainText(names.firefox);
}

/** Both turn their cameras on, see each other's pictures and hear each other's sound. */
async function expectMediaBothWays(chromium: Page, other: FirefoxPerson, names: Names): Promise<void> {
  await expect(chromium.getByRole('group', { name: names.firefox, exact: true })).toBeVisible();
  await other.expectSeen({ role: 'group', name: names.chromium });
  await chromium.getByRole('button', { name: 'Turn camera on' }).click();
  await other.press(cameraOn);
  for (const page of [chromium, other.page]) {
    const before = await mediaStats(page);
    await expect
      .poll(
        async () => {
          const now = await mediaStats(page);
          return now.framesDecoded > before.framesDecoded && now.audioEnergy > before.audioEnergy && now.audioPackets > before.audioPackets;
        },
        { timeout: 20_000, message: `${page === chromium ? 'Chromium' : 'Firefox'} sees and hears the other` },
      )
      .toBe(true);
  }
}

function expectQuiet(person: FirefoxPerson, origin: string): void {
  expect.soft(person.consoleLines, 'the console stays empty').toEqual([]);
  expect.soft(
    person.requests.filter((address) => new URL(address).host !== new URL(origin).host),
    'no other origin is asked for anything',
  ).toEqual([]);
}
