/** The steps that many stories begin with, done as a person does them. */
import { expect, type Page } from '@playwright/test';
import type { PersonOptions, Visitor } from './story';

export type Visit = (name: string, options?: PersonOptions) => Promise<Visitor>;

/** The page says what others will read: the name is typed and left. */
export async function nameSelf(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('textbox', { name: 'Your name' }).blur();
}

/** On the home page, named, and live: whoever opens the returned link is heard. */
export async function openHome(visit: Visit, name: string, options?: PersonOptions): Promise<{ readonly person: Visitor; readonly link: string }> {
  const person = await visit(name, options);
  await nameSelf(person.page, name);
  const link = await person.page.getByRole('textbox', { name: 'Room link' }).inputValue();
  await expect(person.page.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
  return { person, link };
}

/** Comes by the link, with a name chosen before. */
export async function followLink(visit: Visit, name: string, link: string, options?: PersonOptions): Promise<Visitor> {
  const person = await visit(name, options);
  await nameSelf(person.page, name);
  await person.page.goto(link);
  return person;
}

/** Two people in a room: Alice made it on her home page, Bob rang and was let in. */
export async function meet(visit: Visit, options: { readonly alice?: PersonOptions; readonly bob?: PersonOptions } = {}): Promise<{ alice: Page; bob: Page; link: string }> {
  const { person, link } = await openHome(visit, 'Alice', options.alice);
  const guest = await followLink(visit, 'Bob', link, options.bob);
  await person.page.getByRole('alertdialog', { name: 'Bob wants to come in' }).getByRole('button', { name: 'Accept' }).click();
  for (const page of [person.page, guest.page]) await expectConnected(page);
  return { alice: person.page, bob: guest.page, link };
}

export async function expectConnected(page: Page): Promise<void> {
  await expect(page.getByRole('status', { name: 'Connection' })).toHaveText('Direct · verified');
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
}

/** The articles of the log, by what they say. */
export function heard(page: Page, text: string) {
  return page.getByRole('log', { name: 'Messages' }).getByRole('article').filter({ hasText: text });
}

/** Both in the call: Alice starts it, Bob joins from the card. */
export async function call(alice: Page, bob: Page): Promise<void> {
  await alice.getByRole('button', { name: 'Start call' }).click();
  await bob.getByRole('alertdialog', { name: 'Alice started a call' }).getByRole('button', { name: 'Join call' }).click();
  await expect(alice.getByRole('group', { name: 'Bob' })).toBeVisible();
  await expect(bob.getByRole('group', { name: 'Alice' })).toBeVisible();
}
