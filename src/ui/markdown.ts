/** Turns a message's Markdown into a safe fragment: parsed in a worker that can be ended, sanitised here. */
import { limits, timing } from '../config';
import type { MarkdownReply, MarkdownRequest } from './markdown.worker';
import workerUrl from './markdown.worker.ts?worker&url';
import { sanitize } from './sanitize';
import { trustedScriptUrl } from './trusted-types';

let running: Worker | undefined;
/** One text at a time, so that the clock measures that text and nothing else. */
let queue: Promise<unknown> = Promise.resolve();

/** The fragment, or undefined when the text is to be shown as it is: too long, too deep, or not parsed within `timing.markdownMs`. */
export function renderMarkdown(text: string): Promise<DocumentFragment | undefined> {
  const result = queue.then(() => parse(text)).then((markup) => (markup === undefined ? undefined : sanitize(markup)));
  queue = result.catch(() => undefined);
  return result;
}

async function parse(text: string): Promise<string | undefined> {
  if (text.length > limits.messageBytes) return undefined;
  running ??= await start();
  return await answer(running, text);
}

/** Resolves when the worker's code runs, so that its loading doesn't count as parsing. */
function start(): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(trustedScriptUrl(workerUrl), { type: 'module', name: 'markdown' });
    worker.addEventListener('message', () => resolve(worker), { once: true });
    worker.addEventListener('error', (event) => reject(new Error('Markdown worker did not start', { cause: event.message })), { once: true });
  });
}

function answer(worker: Worker, text: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const done = new AbortController();
    const end = (markup: string | undefined) => {
      clearTimeout(timer);
      done.abort();
      resolve(markup);
    };
    // A worker that is still parsing can only be ended; the next text gets a new one.
    const giveUp = () => {
      worker.terminate();
      running = undefined;
      end(undefined);
    };
    const timer = setTimeout(giveUp, timing.markdownMs);
    worker.addEventListener('message', (event: MessageEvent<MarkdownReply>) => end(event.data.markup), { signal: done.signal });
    worker.addEventListener('error', giveUp, { signal: done.signal });
    worker.postMessage({ text } satisfies MarkdownRequest);
  });
}
