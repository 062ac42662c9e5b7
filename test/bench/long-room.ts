/** A room known by name in which a year of talk lies: whoever knows the name is in, and may take in what others have signed there. */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test, type PersonOptions, type Visitor } from '../support/story';
import { nameSelf, type Visit } from '../support/meeting';
import { writeYearOfTalk } from './year-of-talk';

/** Its tag follows from its name, and so does what is signed in it: one file serves all benchmarks of a run. */
const longRoomAddress = '/rooms/A%20year%20of%20talk';

const filesByCount = new Map<string, Promise<string>>();

/** Alone in the long room, with so many messages. */
export async function openLongRoom(visit: Visit, name: string, count: number, options: PersonOptions = {}): Promise<Visitor & { readonly importMs: number }> {
  const person = await enterLongRoom(visit, name, options);
  const { page } = person;
  const file = await backupOf(person.scope, count);
  const history = await openHistory(person);
  const startedMs = performance.now();
  await history.getByLabel('Import a backup').setInputFiles(file);
  await expect(history.getByRole('status').filter({ hasText: `${new Intl.NumberFormat('en').format(count)} messages restored` })).toBeVisible({ timeout: 300_000 });
  const importMs = performance.now() - startedMs;
  await page.keyboard.press('Escape');
  return { ...person, importMs };
}

/** In the long room, with nothing of it yet; `scope` is what its messages are signed for. */
export async function enterLongRoom(visit: Visit, name: string, options: PersonOptions = {}): Promise<Visitor & { readonly scope: string }> {
  let scope = '';
  const person = await visit(name, {
    ...options,
    address: longRoomAddress,
    prepare: async (context) => {
      context.on('page', (page) =>
        page.on('websocket', (socket) => {
          scope = new URL(socket.url()).pathname.split('/')[2] ?? '';
        }),
      );
      await options.prepare?.(context);
    },
  });
  const { page } = person;
  await nameSelf(page, name);
  await page.getByRole('button', { name: 'Continue' }).click();
  await stayInside(page);
  return { ...person, scope };
}

/** Also where nobody else is. */
export async function stayInside(page: Page): Promise<void> {
  const waitHere = page.getByRole('button', { name: 'Wait here' });
  const field = page.getByRole('textbox', { name: 'Message' });
  await expect(waitHere.or(field)).toBeVisible({ timeout: 30_000 });
  if (await waitHere.isVisible()) await waitHere.click();
  await expect(field).toBeVisible();
}

async function openHistory({ page }: Visitor) {
  await page.getByRole('button', { name: 'History' }).click();
  return page.getByRole('dialog', { name: 'History' });
}

function backupOf(scope: string, count: number): Promise<string> {
  const key = `${scope} ${count}`;
  const known = filesByCount.get(key) ?? write(scope, count);
  filesByCount.set(key, known);
  return known;
}

async function write(scope: string, count: number): Promise<string> {
  const file = join(test.info().project.outputDir, `year-of-talk-${count}.json`);
  await writeYearOfTalk(file, scope, count);
  return file;
}
