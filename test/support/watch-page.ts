/** Hears what a page says to the console and whom it asks for something: both stay empty in every ordinary flow. */
import type { BrowserContext, Page } from '@playwright/test';

/** What a context's pages did that a story must account for. */
export interface PageWatch {
  /** Console messages of every kind, uncaught errors and failed CSP, each with the name of the person. */
  readonly consoleLines: readonly string[];
  /** Addresses asked for that are not on `origin`. STUN and TURN don't show here. */
  readonly foreignRequests: readonly string[];
}

/** `who` stands before each line. Also watches pages and service workers that the context opens later. */
export function watchContext(context: BrowserContext, who: string, origin: string): PageWatch {
  const consoleLines: string[] = [];
  const foreignRequests: string[] = [];
  const note = (address: string) => {
    if (isForeign(address, origin)) foreignRequests.push(`${who}: ${address}`);
  };
  context.on('console', (message) => consoleLines.push(`${who}: ${message.type()}: ${message.text()} (${message.location().url})`));
  context.on('weberror', (error) => consoleLines.push(`${who}: uncaught: ${error.error().stack ?? error.error().message}`));
  context.on('request', (request) => note(request.url()));
  context.on('page', (page: Page) => page.on('websocket', (socket) => note(socket.url())));
  return { consoleLines, foreignRequests };
}

function isForeign(address: string, origin: string): boolean {
  const url = new URL(address);
  // blob: and data: stay in the page.
  if (!['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol)) return false;
  return url.host !== new URL(origin).host;
}
