/** How a suite declares a test: mocha's `it` in the browser, vitest's in Node. */
export type It = (title: string, test: () => Promise<void>) => unknown;
