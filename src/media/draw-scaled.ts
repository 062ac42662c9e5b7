/** A picture on a canvas of its own, made smaller so that its longest side has at most `longest` pixels. Where `ground` is given, nothing can be seen through it. */
export function drawScaled(picture: ImageBitmap, longest: number, ground?: string): OffscreenCanvas {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const [width, height] = [Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale))];
  const canvas = new OffscreenCanvas(width, height);
  // In main memory: it is read again at once, and large ones don't fit all graphics cards.
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) throw new Error('No canvas to draw on');
  if (ground !== undefined) {
    pen.fillStyle = ground;
    pen.fillRect(0, 0, width, height);
  }
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(picture, 0, 0, width, height);
  return canvas;
}
