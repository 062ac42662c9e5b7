/** Names of files: what a peer, or a disk, calls a file is shown to people and given to their disks, so nothing may hide in it or lead anywhere. */

/** What disks of any system refuse or read as something else (https://learn.microsoft.com/windows/win32/fileio/naming-a-file), but for the separators. */
const refused = /[<>:"|?*]/gu;
/** Not on the screen, or turning the order of letters on it: "photo‮gpj.exe" reads as "photoexe.jpg" (Unicode UTS #55). */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}\p{Co}\p{Cn}]/gu;
/** Devices of Windows, whatever ending they have. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)\s*(?:\.|$)/iu;

/** At most `maximum` code points, its ending kept; the last part of a path; 'file' when nothing is left. Cleaning it twice changes nothing. */
export function cleanFileName(name: string, maximum: number): string {
  const last = name.replace(unseen, '').split(/[/\\]/u).at(-1) ?? '';
  const plain = last.normalize('NFC').replace(refused, '_').replace(/\s+/gu, ' ');
  const trimmed = plain.replace(/^[\s.]+|[\s.]+$/gu, '');
  if (trimmed === '') return 'file';
  return shorten(reserved.test(trimmed) ? `_${trimmed}` : trimmed, maximum);
}

/** In lower case, without the dot; '' without one. */
export function endingOf(name: string): string {
  return /\.([^.]{1,16})$/u.exec(name)?.[1]?.toLowerCase() ?? '';
}

function shorten(name: string, maximum: number): string {
  const points = [...name];
  if (points.length <= maximum) return name;
  const ending = endingOf(name);
  const tail = ending === '' ? [] : points.slice(-[...ending].length - 1);
  const head = points.slice(0, maximum - tail.length).join('').replace(/[\s.]+$/u, '');
  return `${head}${tail.join('')}`;
}
