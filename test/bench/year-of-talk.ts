/** A long conversation that was had elsewhere, signed as its authors would have, for benchmarks to take in as a backup (session/archive.ts). */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodeBase64Url } from '../../src/core/base64url';
import type { LogEvent } from '../../src/core/log-event';
import { encodeRuns, runOf, type Run } from '../../src/protocol/run';
import { SeededRandom } from '../support/simulation/seeded-random';
import { SignedFeed } from '../support/signed-feed';

const authors = ['Alice', 'Bob', 'Carla', 'Dmitri', 'Ewa', 'Farid'] as const;
const yearMs = 365 * 24 * 3_600_000;
/** Of one frame: some 50 KiB. */
const eventsARun = 200;
const words =
  'yes no maybe tomorrow today the a an garden train dinner meeting letter friend window river morning evening please thanks where when how because after before and but with without again always never quickly slowly table'.split(' ');

/**
 * Writes a backup of `count` messages of 80 to 200 characters, of six people over a year until now, to `file`; each text begins with its number. `scope`: of the
 * room that is to take it in.
 */
export async function writeYearOfTalk(file: string, scope: string, count: number): Promise<void> {
  const random = new SeededRandom(count);
  const feeds = await Promise.all(authors.map(() => SignedFeed.make(scope)));
  const stepMs = Math.floor(yearMs / count);
  const startMs = Date.now() - count * stepMs;
  const numbers = Array.from({ length: count }, (_, number) => number);
  // Each author signs one after the other, all of them at the same time.
  await Promise.all(
    feeds.map(async (feed, author) => {
      for (const number of numbers) {
        if (number % authors.length !== author) continue;
        await feed.say({ kind: 'text', name: authors[author] ?? '', text: sentence(random, number) }, { clock: { wallMs: startMs + number * stepMs, counter: 0 }, paceMs: paceOf(feed.events.length, stepMs) });
      }
    }),
  );
  const runs = feeds.flatMap(({ feed, events }) => runsOf(events).map((part) => runOf(feed, part)));
  const frames = runs.map((run) => encodeBase64Url(encodeRuns(0, [lastSigned(run)])));
  const archive = { format: 'mindmeet/conversation', version: 1, room: scope, exportedAt: new Date().toISOString(), runs: frames, messages: [] };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(archive));
}

/** What an honest author says of the event 20 before. */
function paceOf(before: number, stepMs: number): number {
  return before < 20 ? 65_535 : Math.min(65_535, 20 * authors.length * stepMs);
}

/** The newest first, as a backup has them. */
function runsOf(events: readonly LogEvent[]): readonly (readonly LogEvent[])[] {
  const runs: (readonly LogEvent[])[] = [];
  for (let end = events.length; end > 0; end -= eventsARun) runs.push(events.slice(Math.max(0, end - eventsARun), end));
  return runs;
}

function lastSigned(run: Run): Run {
  return { ...run, events: run.events.map((event, at) => (at === run.events.length - 1 ? event : { ...event, signature: undefined })) };
}

function sentence(random: SeededRandom, number: number): string {
  let text = `${number}:`;
  const length = random.whole(80, 200);
  while (text.length < length) text += ` ${random.pick(words) ?? ''}`;
  return text;
}
