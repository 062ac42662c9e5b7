/** Pictures and videos that the browser itself makes. */

/** `draw` gets the canvas's pen; nothing is painted before. */
export async function pictureFile(name: string, type: string, width: number, height: number, draw: (pen: OffscreenCanvasRenderingContext2D) => void = paintHalves): Promise<File> {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas');
  draw(pen);
  const blob = await canvas.convertToBlob({ type, quality: 0.95 });
  if (blob.type !== type) throw new Error(`this browser can not write ${type}`);
  return new File([blob], name, { type });
}

/** Red on the left, blue on the right. */
export function paintHalves(pen: OffscreenCanvasRenderingContext2D): void {
  const { width, height } = pen.canvas;
  pen.fillStyle = '#f00';
  pen.fillRect(0, 0, width / 2, height);
  pen.fillStyle = '#00f';
  pen.fillRect(width / 2, 0, width / 2, height);
}

/** A hole in the middle. */
export function paintRing(pen: OffscreenCanvasRenderingContext2D): void {
  paintHalves(pen);
  const { width, height } = pen.canvas;
  pen.clearRect(width / 4, height / 4, width / 2, height / 2);
}

/** Every pixel another colour, so that nothing packs it. */
export function paintNoise(pen: OffscreenCanvasRenderingContext2D): void {
  const image = pen.createImageData(pen.canvas.width, pen.canvas.height);
  const words = new Uint32Array(image.data.buffer);
  let state = 1;
  for (let at = 0; at < words.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words[at] = state | 0xff000000;
  }
  pen.putImageData(image, 0, 0);
}

/** `x` and `y`: shares of the sides. */
export async function colourAt(picture: Blob, x: number, y: number): Promise<readonly number[]> {
  const bitmap = await createImageBitmap(picture);
  const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (!pen) throw new Error('no canvas');
  pen.drawImage(bitmap, 0, 0);
  return [...pen.getImageData(Math.floor(bitmap.width * x), Math.floor(bitmap.height * y), 1, 1).data];
}

export async function sizeOf(picture: Blob): Promise<readonly [number, number]> {
  const bitmap = await createImageBitmap(picture);
  return [bitmap.width, bitmap.height];
}

export async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}

/** Pictures of a green field, as the browser records a canvas; as many as it takes until three parts of the recording are there. */
export async function videoFile(name: string, width: number, height: number): Promise<File> {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas');
  const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: 'video/webm;codecs=vp8' });
  const parts: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => {
    if (data.size > 0) parts.push(data);
  });
  const ended = new Promise((resolve) => recorder.addEventListener('stop', resolve));
  recorder.start(100);
  for (let picture = 0; parts.length < 3; picture++) {
    pen.fillStyle = picture % 2 === 0 ? '#0a0' : '#0b0';
    pen.fillRect(0, 0, width, height);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  recorder.stop();
  await ended;
  return new File(parts, name, { type: 'video/webm' });
}

/** A second of silence: mono, 8 kHz, 8 bits. */
export function soundFile(name: string): File {
  const samples = 8_000;
  const head = new DataView(new ArrayBuffer(44));
  const words = ['RIFF', 36 + samples, 'WAVE', 'fmt ', 16, (1 << 16) | 1, 8_000, 8_000, (8 << 16) | 1, 'data', samples];
  words.forEach((word, at) => (typeof word === 'string' ? [...word].forEach((letter, index) => head.setUint8(at * 4 + index, letter.charCodeAt(0))) : head.setUint32(at * 4, word, true)));
  return new File([head, new Uint8Array(samples).fill(128)], name, { type: 'audio/wav' });
}
