/** The steps of stories about files, done as a person does them. */
import { expect, type BrowserContext, type Download, type Locator, type Page } from '@playwright/test';

export type GivenFile = string | { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };

/** By the button of the composer. */
export async function attach(page: Page, files: GivenFile | readonly GivenFile[]): Promise<void> {
  const chosen = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach files' }).click();
  await (await chosen).setFiles(files as Parameters<Awaited<typeof chosen>['setFiles']>[0]);
}

/** Attaches, and sends with that caption. */
export async function sendFiles(page: Page, files: GivenFile | readonly GivenFile[], caption = ''): Promise<void> {
  await attach(page, files);
  await expect(page.getByRole('list', { name: 'Attachments' }).getByRole('listitem')).not.toHaveCount(0);
  if (caption !== '') await page.getByRole('textbox', { name: 'Message' }).fill(caption);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

/** Something is dragged over an element, and let go there. */
export async function dropFile(target: Locator, { name, type, text }: { readonly name: string; readonly type: string; readonly text: string }): Promise<void> {
  const transfer = await target.page().evaluateHandle(
    (given) => {
      const files = new DataTransfer();
      files.items.add(new File([given.text], given.name, { type: given.type }));
      return files;
    },
    { name, type, text },
  );
  for (const event of ['dragenter', 'dragover', 'drop']) await target.dispatchEvent(event, { dataTransfer: transfer });
}

/** How far a file has come, 0 to 100. */
export async function percentOf(page: Page, name: string): Promise<number> {
  const bar = page.getByRole('progressbar', { name });
  return (await bar.count()) === 0 ? 0 : Number((await bar.first().getAttribute('aria-valuenow')) ?? (await bar.first().getAttribute('value')) ?? 0);
}

/** Presses Save where the browser has no picker: the file comes as a download. */
export async function save(page: Page, name: string): Promise<Download> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: `Save ${name}` }).click();
  return download;
}

/** Chromium's picker stands outside of the page, where no story can reach it: Firefox and Safari have none, and do the same. Before the first page. */
export async function withoutSavePicker(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'showSaveFilePicker');
  });
}
