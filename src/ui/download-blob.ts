/** Saves bytes as if a link to them had been followed. */
export function downloadBlob(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  // The download has begun by the next turn; revoked at once, some browsers find nothing (https://bugs.webkit.org/show_bug.cgi?id=167518).
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
