/** Pictures for tests, drawn where they are needed. */
import type { FileLook } from '../../src/core/file';

export interface Drawn {
  readonly content: Blob;
  readonly look: Extract<FileLook, { kind: 'picture' }>;
}

/** A landscape of that colour, and the small one that goes with the message. */
export async function draw(width: number, height: number, hue: number): Promise<Drawn> {
  const content = await landscape(width, height, hue);
  const scale = 96 / Math.max(width, height);
  const thumbnail = new Uint8Array(await (await landscape(Math.ceil(width * scale), Math.ceil(height * scale), hue)).arrayBuffer());
  return { content, look: { kind: 'picture', width, height, thumbnail } };
}

async function landscape(width: number, height: number, hue: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no pen');
  const sky = pen.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, `hsl(${hue} 60% 45%)`);
  sky.addColorStop(1, `hsl(${hue + 40} 70% 80%)`);
  pen.fillStyle = sky;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = `hsl(${hue + 90} 35% 30%)`;
  pen.beginPath();
  pen.moveTo(0, height);
  for (let step = 0; step <= 20; step++) pen.lineTo((step / 20) * width, height * (0.7 - 0.2 * Math.abs(Math.sin(step * 1.3))));
  pen.lineTo(width, height);
  pen.fill();
  pen.fillStyle = '#fff4d8';
  pen.beginPath();
  pen.arc(width * 0.7, height * 0.25, Math.min(width, height) * 0.08, 0, 7);
  pen.fill();
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
}
