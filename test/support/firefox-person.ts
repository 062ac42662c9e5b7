/** Somebody at a Firefox: what stories do with Playwright's locators, for a page that puppeteer drives. Its own aria selectors don't see into shadow roots over BiDi (puppeteer 24, Firefox 153). */
import { expect } from '@playwright/test';
import type { Browser, ElementHandle, Page } from 'puppeteer-core';
import { keepPeerConnections } from './peer-connections';

/** By role and accessible name, as in the table of control names. */
export interface Control {
  readonly role: 'alertdialog' | 'button' | 'group' | 'heading' | 'log' | 'status' | 'textbox';
  readonly name: string;
}

/** Headless on two busy cores; each step is a few messages. */
const stepMs = 15_000;

export class FirefoxPerson {
  /** Console messages of every kind and uncaught errors. */
  readonly consoleLines: string[] = [];
  /** Every address asked for. */
  readonly requests: string[] = [];
  readonly page: Page;

  /** Opens `address` in a new page of that browser. */
  static async open(browser: Browser, address: string): Promise<FirefoxPerson> {
    const person = new FirefoxPerson(await browser.newPage());
    await person.page.evaluateOnNewDocument(keepPeerConnections);
    await person.page.goto(address);
    return person;
  }

  private constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => this.consoleLines.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.consoleLines.push(`uncaught: ${String(error)}`));
    page.on('request', (request) => this.requests.push(request.url()));
  }

  /** `path` leads from the outside in: a dialog, then its button. */
  async press(...path: readonly Control[]): Promise<void> {
    const element = await this.#settled(path);
    await element.click();
  }

  async write(control: Control, text: string): Promise<void> {
    const element = await this.#settled([control]);
    await element.click();
    await this.page.keyboard.down('Control');
    await this.page.keyboard.press('KeyA');
    await this.page.keyboard.up('Control');
    await this.page.keyboard.type(text);
  }

  /** What a text field holds. */
  async valueOf(control: Control): Promise<string> {
    const element = await this.#settled([control]);
    return element.evaluate((field) => (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value : ''));
  }

  /** Waits until the text inside matches; it is read through shadow roots. */
  async expectText(control: Control, text: RegExp): Promise<void> {
    await expect.poll(async () => (await this.#find([control]))?.evaluate(readText), { timeout: stepMs, message: `${control.role} "${control.name}"` }).toMatch(text);
  }

  async expectSeen(...path: readonly Control[]): Promise<void> {
    await this.#settled(path);
  }

  /** There, visible, and no longer moving, so that a click hits it. */
  async #settled(path: readonly Control[]): Promise<ElementHandle> {
    let found: ElementHandle | undefined;
    await expect(async () => {
      found = await this.#find(path);
      if (!found) throw new Error(`Firefox shows no ${path.map(({ role, name }) => `${role} "${name}"`).join(' with a ')}`);
      expect(await found.boundingBox()).toEqual(await found.boundingBox());
    }).toPass({ timeout: stepMs });
    if (!found) throw new Error('not found');
    return found;
  }

  async #find(path: readonly Control[]): Promise<ElementHandle | undefined> {
    const handle = await this.page.evaluateHandle(findControl, path);
    const element = handle.asElement();
    // What `find` returns is an Element; puppeteer types it as any Node.
    return element === null ? undefined : (element as ElementHandle);
  }
}

/** Runs in the page. The first visible element with that role and name, inside the one before it. */
function findControl(path: readonly Control[]): Element | null {
  const nativeElements: Readonly<Record<string, string>> = { button: 'button', heading: 'h1, h2, h3', textbox: 'input, textarea' };
  const below = (root: ParentNode): Element[] => [...root.querySelectorAll('*')].flatMap((element) => [element, ...(element.shadowRoot ? below(element.shadowRoot) : [])]);
  const inside = (scope: ParentNode): Element[] => [...(scope instanceof Element && scope.shadowRoot ? below(scope.shadowRoot) : []), ...below(scope)];
  const nameOf = (element: Element): string => {
    const labelled = element.getAttribute('aria-label');
    if (labelled !== null) return labelled;
    const root = element.getRootNode() as Document | ShadowRoot;
    const by = root.getElementById(element.getAttribute('aria-labelledby') ?? '') ?? (element instanceof HTMLInputElement ? element.labels?.[0] : undefined) ?? element;
    return (by.textContent ?? '').replaceAll(/\s+/gu, ' ').trim();
  };
  let scopes: ParentNode[] = [document];
  for (const { role, name } of path) {
    const selector = `[role="${role}"]${role in nativeElements ? `, ${nativeElements[role]}` : ''}`;
    scopes = scopes.flatMap(inside).filter((element) => element.matches(selector) && nameOf(element) === name && element.checkVisibility());
  }
  return scopes[0] instanceof Element ? scopes[0] : null;
}

/** Runs in the page. */
function readText(root: Element): string {
  const read = (node: Node): string => {
    if (node instanceof Element && node.shadowRoot) return read(node.shadowRoot);
    if (node instanceof HTMLStyleElement) return '';
    if (node.nodeType === Node.TEXT_NODE) return node.nodeValue ?? '';
    return [...node.childNodes].map(read).join('');
  };
  return read(root);
}
