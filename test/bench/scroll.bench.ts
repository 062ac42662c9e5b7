/** Scrolling back through a long conversation: what the eye sees of it, and what stands in the page meanwhile. */
import type { Page } from '@playwright/test';
import { test } from '../support/story';
import { openControlPage } from './control-page';
import { openLongRoom, stayInside } from './long-room';
import { report } from './measure';

const count = 100_000;
/** A fling: some 15 screens a second. */
const pixelsAFrame = 200;
const seconds = 60;
const frameGoalMs = 50;
const rowsGoal = 150;

interface Scrolling {
  readonly frames: number;
  readonly lateFrames: number;
  readonly worstMs: number;
  readonly rows: number;
  readonly screens: number;
}

test(`scrolling through ${count} messages, beside a page of text`, async ({ visit, browser, server }) => {
  test.setTimeout(900_000);
  const { page } = await openLongRoom(visit, 'Alice', count);
  await page.reload();
  await stayInside(page);
  const log = page.getByRole('log', { name: 'Messages' });
  await log.getByRole('article').last().waitFor();
  const ours = await scrollBack(page);

  const control = await openControlPage(browser, server.origin);
  await control.setViewportSize({ width: 1280, height: 800 });
  await control.evaluate(layOut);
  const bare = await scrollBack(control);
  await control.context().close();

  report({
    measure: `frames over ${frameGoalMs} ms, scrolling back through ${count} messages, ${pixelsAFrame} px a frame for ${seconds} s; control: a page of 10,000 paragraphs`,
    value: describe(ours),
    control: describe(bare),
    goal: '0',
    met: ours.lateFrames === 0,
  });
  report({ measure: 'rows in the page meanwhile, at most', value: String(ours.rows), goal: `≤ ${rowsGoal}`, met: ours.rows <= rowsGoal });
});

function describe({ frames, lateFrames, worstMs, screens }: Scrolling): string {
  return `${lateFrames} of ${frames} (worst ${worstMs.toFixed(0)} ms, ${screens.toFixed(0)} screens)`;
}

function scrollBack(page: Page): Promise<Scrolling> {
  return page.evaluate(scroll, { pixelsAFrame, milliseconds: seconds * 1_000, frameGoalMs });
}

/** Runs in the page. */
async function scroll({ pixelsAFrame: step, milliseconds, frameGoalMs: lateMs }: { readonly pixelsAFrame: number; readonly milliseconds: number; readonly frameGoalMs: number }): Promise<Scrolling> {
  const find = (root: ParentNode): Element | undefined => {
    for (const element of root.querySelectorAll('*')) {
      if (element.role === 'log' || element.getAttribute('role') === 'log') return element;
      const found = element.shadowRoot ? find(element.shadowRoot) : undefined;
      if (found) return found;
    }
    return undefined;
  };
  const scrolled = (element: Element | null): Element | undefined => {
    for (let at = element; at; at = at.parentElement ?? (at.getRootNode() as ShadowRoot).host ?? null) if (at.scrollHeight > at.clientHeight && getComputedStyle(at).overflowY !== 'visible') return at;
    return undefined;
  };
  const log = find(document);
  const scroller = scrolled(log ?? document.scrollingElement) ?? document.documentElement;
  const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
  let [frames, lateFrames, worstMs, rows, pixels] = [0, 0, 0, 0, 0];
  scroller.scrollTop = scroller.scrollHeight;
  await frame();
  const startedMs = await frame();
  for (let lastMs = startedMs; lastMs - startedMs < milliseconds; frames++) {
    const before = scroller.scrollTop;
    scroller.scrollTop = before - step;
    pixels += before - scroller.scrollTop;
    rows = Math.max(rows, log?.querySelectorAll('[role=article]').length ?? 0);
    const atMs = await frame();
    worstMs = Math.max(worstMs, atMs - lastMs);
    if (atMs - lastMs > lateMs) lateFrames += 1;
    lastMs = atMs;
  }
  return { frames, lateFrames, worstMs, rows, screens: pixels / scroller.clientHeight };
}

/** Runs in the page. */
function layOut(): void {
  for (let number = 0; number < 10_000; number++) document.body.append(Object.assign(document.createElement('p'), { textContent: `Paragraph ${number}. `.repeat(10) }));
}
