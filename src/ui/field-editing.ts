/** Changes a field as typing does, so that Undo takes the change back. */

/**
 * Between `from` and `to`, `insert` takes the place of what stands there. The field gets the focus and, as from typing, an `input` event.
 * `setRangeText` would be the modern way, but leaves the undo history behind in every browser (https://github.com/w3c/input-events/issues/144).
 */
export function replaceInField(field: HTMLTextAreaElement, from: number, to: number, insert: string): void {
  field.focus();
  field.setSelectionRange(from, to);
  if (from === to && insert === '') return;
  // oxlint-disable-next-line typescript/no-deprecated
  const done = insert === '' ? document.execCommand('delete') : document.execCommand('insertText', false, insert);
  if (done) return;
  field.setRangeText(insert, from, to, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
}
