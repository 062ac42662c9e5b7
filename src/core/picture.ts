/** Pictures of people: a few kilobytes that a stranger may have chosen, so only what a browser decodes without running anything is one. */

/** First bytes of PNG (ISO 15948 §5.2) and JPEG (ITU-T T.81, annex B: SOI and the next marker). */
const signatures = [
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  [0xff, 0xd8, 0xff],
];

/** Whether `bytes` look like a WebP, PNG or JPEG of at most `maximumBytes`. Never SVG, which is a document with scripts and addresses in it. */
export function isPicture(bytes: Uint8Array, maximumBytes: number): boolean {
  return bytes.length <= maximumBytes && (isWebP(bytes) || signatures.some((signature) => signature.every((byte, at) => bytes[at] === byte)));
}

/** RFC 9649 §2.4: "RIFF", four bytes of length, "WEBP". */
function isWebP(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 4), ...bytes.subarray(8, 12)) === 'RIFFWEBP';
}
