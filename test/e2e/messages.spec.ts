/** What people do with messages: answer, change, delete, react, pin, copy. */
import { act, choose, comeBack, deleteForEveryone, goAway, heard, meet, say, tick, turnAway } from '../support/meeting';
import { exposeConversation } from '../support/shown-conversation';
import { expect, test } from '../support/story';

test('an edited message shows its latest text to both, and its versions to who asks', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'Meet at sevn');
  await expect(heard(bob, 'Meet at sevn')).toBeVisible();
  await choose(heard(alice, 'Meet at sevn'), 'Edit');
  const field = alice.getByRole('textbox', { name: 'Message' });
  await expect(field).toHaveValue('Meet at sevn');
  await field.fill('Meet at **seven**');
  await field.press('Enter');
  await expect(heard(bob, 'Meet at seven').locator('strong')).toHaveText('seven');
  await expect(bob.getByRole('article')).toHaveCount(1);
  await expect(field).toHaveValue('');

  await heard(bob, 'Meet at seven').getByRole('button', { name: 'Edited' }).click();
  await expect(bob.getByRole('dialog', { name: 'Versions' }).getByRole('listitem')).toContainText(['Meet at sevn', 'Meet at **seven**']);
});

test('arrow up in the empty field edits the last own message, and Escape leaves it as it was', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'First');
  await say(bob, 'Second');
  await expect(heard(alice, 'Second')).toBeVisible();
  const field = alice.getByRole('textbox', { name: 'Message' });
  await field.press('ArrowUp');
  await expect(field).toHaveValue('First');
  await field.press('Escape');
  await expect(field).toHaveValue('');
  await field.press('ArrowUp');
  await field.fill('First, changed');
  await field.press('Enter');
  await expect(heard(bob, 'First, changed')).toContainText('Edited');
});

test('a message deleted for everyone goes from both pages, and from one who was away', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'A slip of the tongue');
  await expect(heard(bob, 'A slip of the tongue')).toBeVisible();
  await goAway(bob);
  await expect(alice.getByRole('status', { name: 'Connection' })).toHaveText('Alone here');
  await deleteForEveryone(heard(alice, 'A slip of the tongue'));
  await expect(heard(alice, 'Message deleted')).toBeVisible();
  await comeBack(bob);
  await expect(heard(bob, 'Message deleted')).toBeVisible();
  await expect(bob.getByText('A slip of the tongue')).toHaveCount(0);
  await bob.reload();
  await expect(heard(bob, 'Message deleted')).toBeVisible();
  await expect(bob.getByText('A slip of the tongue')).toHaveCount(0);
});

test('nobody is offered to change the message of somebody else', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'Mine');
  await act(heard(bob, 'Mine'), 'More actions');
  await expect(heard(bob, 'Mine').getByRole('menuitem', { name: 'Copy text' })).toBeVisible();
  await expect(heard(bob, 'Mine').getByRole('menuitem', { name: 'Edit' })).toHaveCount(0);
  await expect(heard(bob, 'Mine').getByRole('menuitem', { name: 'Delete for everyone' })).toHaveCount(0);
});

test('an answer quotes the message, and the quote leads back to it, however far up it is', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'Shall we take the train?');
  await expect(heard(bob, 'Shall we take the train?')).toBeVisible();
  const tall = `Much was said ${'\nline'.repeat(30)}`;
  await bob.getByRole('textbox', { name: 'Message' }).fill(tall);
  await bob.getByRole('textbox', { name: 'Message' }).press('Enter');
  await expect(heard(alice, 'Much was said')).toBeVisible();
  await bob.getByRole('log', { name: 'Messages' }).getByRole('article').first().scrollIntoViewIfNeeded();
  await act(heard(bob, 'Shall we take the train?'), 'Reply');
  await expect(bob.getByRole('group', { name: 'Replying to Alice' })).toContainText('Shall we take the train?');
  await say(bob, 'Gladly');
  const quote = heard(alice, 'Gladly').getByRole('button', { name: 'Reply to Alice Shall we take the train?' });
  await expect(quote).toBeVisible();
  const original = alice.getByRole('article').first();
  await expect(original).not.toBeInViewport();
  await quote.click();
  await expect(original).toBeInViewport();

  await deleteForEveryone(original);
  await expect(heard(bob, 'Gladly').getByRole('button', { name: 'Reply to Alice Message deleted' })).toBeVisible();
});

test('a reaction is counted on both sides, and taken back by pressing it again', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'It works');
  const onBob = heard(bob, 'It works');
  await act(onBob, 'React');
  await onBob.getByRole('button', { name: '👍', exact: true }).click();
  const ofBob = heard(alice, 'It works').getByRole('group', { name: 'Reactions' }).getByRole('button', { name: /^👍 1: Bob$/u });
  await expect(ofBob).toHaveAttribute('aria-pressed', 'false');
  await ofBob.click();
  const both = onBob.getByRole('group', { name: 'Reactions' }).getByRole('button', { name: /^👍 2: / });
  await expect(both).toHaveAttribute('aria-pressed', 'true');
  await both.click();
  await expect(heard(alice, 'It works').getByRole('button', { name: /^👍 1: you$/u })).toBeVisible();
});

test('an emoji that is not among the first is found by its name', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await alice.getByRole('button', { name: 'Emoji', exact: true }).click();
  const picker = alice.getByRole('dialog', { name: 'Emoji' });
  await picker.getByRole('searchbox', { name: 'Search emoji' }).fill('hedgehog');
  await picker.getByRole('button', { name: 'hedgehog' }).click();
  await expect(alice.getByRole('textbox', { name: 'Message' })).toHaveValue('🦔');
  await alice.getByRole('textbox', { name: 'Message' }).press('Enter');
  await expect(heard(bob, '🦔')).toBeVisible();
  await act(heard(bob, '🦔'), 'React');
  await heard(bob, '🦔').getByRole('button', { name: 'More emoji' }).click();
  await heard(bob, '🦔').getByRole('searchbox', { name: 'Search emoji' }).fill('carrot');
  await heard(bob, '🦔').getByRole('button', { name: 'carrot' }).click();
  await expect(heard(alice, '🦔').getByRole('button', { name: /^🥕 1: Bob$/u })).toBeVisible();
});

test('who is named in a message hears of it, and is led to it', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  const field = alice.getByRole('textbox', { name: 'Message' });
  await field.pressSequentially('Ask @B');
  await alice.getByRole('listbox', { name: 'People' }).getByRole('option', { name: 'Bob' }).click();
  await expect(field).toHaveValue('Ask @Bob ');
  await turnAway(bob, true);
  await field.press('Enter');
  const notice = bob.getByRole('region', { name: 'Notifications' });
  await expect(notice).toContainText('Alice mentioned you');
  await notice.getByRole('button', { name: 'Show' }).click();
  await expect(heard(bob, 'Ask @Bob')).toBeInViewport();
});

test('who is typing is seen by the others, and no more once it is sent', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await alice.getByRole('textbox', { name: 'Message' }).pressSequentially('Hm');
  await expect(bob.getByText('Alice is typing…')).toBeVisible();
  await alice.getByRole('textbox', { name: 'Message' }).press('Enter');
  await expect(heard(bob, 'Hm')).toBeVisible();
  await expect(bob.getByText('Alice is typing…')).toHaveCount(0);
});

test('a pinned message stands above the conversation for both, leads to its place, and goes when unpinned', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'The address is Garden Street 5');
  await choose(heard(alice, 'Garden Street'), 'Pin');
  const pinned = bob.getByRole('region', { name: 'Pinned messages' });
  await expect(pinned).toContainText('The address is Garden Street 5');
  await bob.reload();
  await pinned.getByRole('button', { name: /^Alice The address/ }).click();
  await expect(heard(bob, 'Garden Street')).toBeInViewport();
  await pinned.getByRole('button', { name: 'Unpin' }).click();
  await expect(alice.getByRole('region', { name: 'Pinned messages' })).toHaveCount(0);
});

test('the toolbar and the keys write Markdown, and undo takes it back', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  const field = alice.getByRole('textbox', { name: 'Message' });
  await alice.getByRole('button', { name: 'Formatting' }).click();
  await field.fill('very important');
  await field.press('Control+A');
  await alice.getByRole('toolbar', { name: 'Formatting' }).getByRole('button', { name: 'Bold' }).click();
  await expect(field).toHaveValue('**very important**');
  await field.press('Control+Z');
  await expect(field).toHaveValue('very important');
  await field.press('Control+A');
  await field.press('Control+B');
  await field.press('Enter');
  await expect(heard(bob, 'very important').locator('strong')).toHaveText('very important');
});

test('a slash offers commands, /help tells what can be written, and a path is only a text', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  const field = alice.getByRole('textbox', { name: 'Message' });
  await field.pressSequentially('/he');
  await expect(alice.getByRole('listbox', { name: 'Commands' }).getByRole('option')).toContainText(['/help']);
  await field.press('Enter');
  await expect(alice.getByRole('dialog', { name: 'Help' })).toBeVisible();
  await alice.keyboard.press('Escape');
  await expect(field).toHaveValue('');
  await say(alice, '/usr/bin');
  await expect(heard(bob, '/usr/bin')).toBeVisible();
  await say(alice, '/me waves');
  await expect(heard(bob, 'waves').locator('em')).toHaveText('waves');
});

test('code has a button that copies it as it was written', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await alice.getByRole('textbox', { name: 'Message' }).fill('```\nif (a < b) return "<b>";\n```');
  await alice.getByRole('textbox', { name: 'Message' }).press('Enter');
  const code = heard(bob, 'if (a < b)');
  await code.getByRole('button', { name: 'Copy code' }).click();
  await expect(code.getByRole('button', { name: 'Copied' })).toBeVisible();
  await bob.getByRole('textbox', { name: 'Message' }).focus();
  await bob.keyboard.press('Control+V');
  await expect(bob.getByRole('textbox', { name: 'Message' })).toHaveValue(/^if \(a < b\) return "<b>";\n?$/u);
});

test('links are recognized, lead out of the room safely, and are fetched by nobody', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'See https://example.com/a?b=c for more');
  const link = heard(bob, 'for more').getByRole('link', { name: 'https://example.com/a?b=c' });
  await expect(link).toHaveAttribute('href', 'https://example.com/a?b=c');
  await expect(link).toHaveAttribute('rel', /noopener/u);
  // That no request left is checked for every story (support/story.ts).
});

test('selected messages are copied together', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  for (const text of ['one', 'two', 'three']) await say(bob, `Number ${text}`);
  await choose(heard(alice, 'Number one'), 'Select');
  await heard(alice, 'Number three').getByRole('checkbox').check();
  const selection = alice.getByRole('toolbar', { name: 'Selection' });
  await expect(selection).toContainText('2 selected');
  await selection.getByRole('button', { name: 'Copy' }).click();
  await alice.getByRole('textbox', { name: 'Message' }).focus();
  await alice.keyboard.press('Control+V');
  await expect(alice.getByRole('textbox', { name: 'Message' })).toHaveValue(/Bob: Number one\n.*Bob: Number three$/u);
});

test('the twenty-first message within ten seconds waits, and its text stays', async ({ visit }) => {
  const { alice, bob } = await meet(visit, { alice: { prepare: exposeConversation } });
  const field = alice.getByRole('textbox', { name: 'Message' });
  // In a moment, however slow the machine is.
  await alice.evaluate(() => {
    for (let number = 1; number <= 20; number++) window.shownConversation?.().send(`Quick ${number}.`);
  });
  await say(alice, 'Quick 21.');
  await expect(alice.getByText(/You are sending too fast/u)).toBeVisible();
  await expect(field).toHaveValue('Quick 21.');
  await expect(heard(bob, 'Quick 20.')).toBeVisible();
  await expect(bob.getByRole('article')).toHaveCount(20);
  // Bob is not held up by it.
  await say(bob, 'Slowly');
  await expect(tick(bob, 'Slowly', 'Read by 1 of 1')).toBeVisible();
});

test('a message is reached, answered and left by keys alone', async ({ visit }) => {
  const { alice, bob } = await meet(visit);
  await say(alice, 'Upper');
  await say(alice, 'Lower');
  await expect(heard(bob, 'Lower')).toBeVisible();
  await heard(bob, 'Lower').focus();
  await bob.keyboard.press('ArrowUp');
  await expect(heard(bob, 'Upper')).toBeFocused();
  await bob.keyboard.press('r');
  await expect(bob.getByRole('group', { name: 'Replying to Alice' })).toContainText('Upper');
  await expect(bob.getByRole('textbox', { name: 'Message' })).toBeFocused();
});
