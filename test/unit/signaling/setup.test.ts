/** What `npm start` checks before anything is installed. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { nodeProblem } from '../../../scripts/setup.mjs';

test.each(['20.19.0', '20.20.2', '22.12.0', '23.0.0', '24.0.0'])('Node %s is good', (version) => {
  expect(nodeProblem(version)).toBeUndefined();
});

test.each(['20.18.3', '20.9.0', '18.20.8', '16.0.0', '21.7.3', '22.11.0'])('Node %s is not one that Vite runs on, and the sentence says what to do', (version) => {
  expect(nodeProblem(version)).toBe(`Mindmeet needs Node 20.19 or later (of the 22 line: 22.12 or later), and this is ${version}: get a current one at https://nodejs.org.`);
});

test('package.json asks for the same Node', async () => {
  const { engines } = JSON.parse(await readFile('package.json', 'utf8')) as { engines: { node: string } };
  expect(engines.node).toBe('^20.19.0 || >=22.12.0');
});
