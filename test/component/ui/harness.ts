/** Puts an element on the page as a visitor sees it, and finds things in it as a visitor does: by role and name, through all shadow roots. */
import 'axe-core/axe.min.js';
import type { AxeResults, ElementContext, RunOptions } from 'axe-core';
import { expect } from 'chai';
import type { LitElement } from 'lit';
import themeUrl from '../../../src/ui/theme.css?url';
import { speak, type Language } from '../../../src/ui/i18n/language';

declare const axe: { run(context: ElementContext, options: RunOptions): Promise<AxeResults> };

const shown: HTMLElement[] = [];

// As a link: imported, Vite's client would come along and look for a socket that isn't there.
before(async () => {
  const theme = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: themeUrl });
  const loaded = new Promise((resolve) => theme.addEventListener('load', resolve));
  document.head.append(theme);
  await loaded;
});

afterEach(() => {
  for (const element of shown.splice(0)) element.remove();
});

/** Appends the element in a frame of `width` by `height` pixels; it goes after the test. */
export async function show<T extends LitElement>(element: T, { width = 800, height = 600 } = {}): Promise<T> {
  const frame = document.createElement('div');
  Object.assign(frame.style, { inlineSize: `${width}px`, blockSize: `${height}px`, display: 'grid', gridTemplate: 'minmax(0, 1fr) / minmax(0, 1fr)' });
  frame.append(element);
  document.body.append(frame);
  shown.push(frame);
  await element.updateComplete;
  return element;
}

/** Makes a Lit element with its properties set. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, properties: Partial<HTMLElementTagNameMap[K]>): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(tag), properties);
}

/** Runs the tests in English and in Portuguese, with axe among them. */
export function inBothLanguages(tests: (language: Language) => void): void {
  for (const language of ['en', 'pt-BR'] as const) {
    describe(`in ${language}`, () => {
      beforeEach(() => {
        localStorage.setItem('mindmeet.language', language);
        return speak();
      });
      after(() => {
        localStorage.removeItem('mindmeet.language');
        return speak();
      });
      tests(language);
    });
  }
}

/** Polls each frame until the condition gives something, and returns that; fails after three seconds. */
export async function until<T>(what: string, condition: () => T | null | undefined | false): Promise<T> {
  const end = performance.now() + 3_000;
  for (;;) {
    const result = condition();
    if (result !== null && result !== undefined && result !== false) return result;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await frame();
  }
}

export function frame(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

/** All elements that match, through shadow roots, in document order. */
export function all(root: ParentNode, selector: string): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (const element of root.querySelectorAll<HTMLElement>('*')) {
    if (element.matches(selector)) found.push(element);
    if (element.shadowRoot) found.push(...all(element.shadowRoot, selector));
  }
  return found;
}

/** As `all`, including what stands in the element's own shadow root. */
export function inside(element: HTMLElement, selector: string): HTMLElement[] {
  return [...(element.shadowRoot ? all(element.shadowRoot, selector) : []), ...all(element, selector)];
}

/** The visible button of that accessible name, or undefined. */
export function button(root: HTMLElement, name: string): HTMLElement | undefined {
  return inside(root, 'button').find((each) => nameOf(each) === name && each.checkVisibility());
}

/** Presses the button of that name, once it is there. */
export async function press(root: HTMLElement, name: string): Promise<void> {
  const found = await until(`button "${name}"`, () => button(root, name));
  found.click();
}

/** aria-label, else what aria-labelledby names, else the text. */
export function nameOf(element: HTMLElement): string {
  const label = element.getAttribute('aria-label');
  if (label !== null) return label;
  const by = element.getAttribute('aria-labelledby');
  const scope = element.getRootNode();
  if (by !== null && scope instanceof ShadowRoot) return textOf(scope.getElementById(by));
  return textOf(element);
}

/** What a finger would touch in the middle of the element. */
export function hitAt(element: HTMLElement): Element | null {
  const { left, top, width, height } = element.getBoundingClientRect();
  const deepest = (scope: Document | ShadowRoot): Element | null => {
    const hit = scope.elementFromPoint(left + width / 2, top + height / 2);
    return hit?.shadowRoot && hit.shadowRoot !== scope ? (deepest(hit.shadowRoot) ?? hit) : hit;
  };
  return deepest(document);
}

/** What is written there, white space folded, through shadow roots. */
export function textOf(element: Element | DocumentFragment | null): string {
  return deepText(element).replace(/\s+/gu, ' ').trim();
}

function deepText(node: Node | null): string {
  if (!node) return '';
  if (node instanceof Text) return node.data;
  if (node instanceof HTMLStyleElement) return '';
  if (node instanceof HTMLSlotElement) return node.assignedNodes().map(deepText).join('');
  const children = node instanceof HTMLElement && node.shadowRoot ? node.shadowRoot.childNodes : node.childNodes;
  return [...children].map(deepText).join('');
}

/** Types as a person does: replaces the value and says so. */
export function type(field: HTMLElement, text: string): void {
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) throw new Error('not a field');
  field.focus();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
}

/** Presses a key there; true when the page let the browser do what it does with it. */
export function key(target: EventTarget, name: string, options: KeyboardEventInit = {}): boolean {
  return target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, composed: true, cancelable: true, ...options }));
}

/** No accessibility fault that axe knows, once what moves has come to rest. */
export async function expectAccessible(element: HTMLElement): Promise<void> {
  // An animation begins with the first frame that paints its element, so there may be none yet.
  await frame();
  await frame();
  await until('rest', () => animations(document).every((animation) => animation.playState !== 'running' || animation.effect?.getComputedTiming().endTime === Infinity));
  // Landmarks and a first heading belong to the page, not to an element by itself.
  const results = await axe.run(element, { rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } } });
  const faults = results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${String(node.target)} ${node.failureSummary ?? ''}`).join(' | ')}`);
  expect(faults).to.deep.equal([]);
}

/** `getAnimations` stops at shadow roots. */
function animations(scope: Document | ShadowRoot): Animation[] {
  const roots = [...scope.querySelectorAll('*')].flatMap((element) => element.shadowRoot ?? []);
  return [...scope.getAnimations(), ...roots.flatMap(animations)];
}
