/** Files on the clipboard. */

/** Those that are meant when this is pasted; none when its text is. */
export function pastedFiles(clipboard: DataTransfer | null): readonly File[] {
  if (!clipboard || clipboard.files.length === 0) return [];
  // Word processors and spreadsheets put a picture of the text beside it; a file manager gives the names of files as plain text alone.
  const isFormattedText = clipboard.types.includes('text/html') && clipboard.getData('text/plain').trim() !== '';
  return isFormattedText ? [] : [...clipboard.files];
}
