/** Where a picture stands that is looked at closely: how large, and moved by how much. Pure, so that each gesture is one step. */

/** `scale`: 1 is as it fits. `x`, `y`: pixels by which its middle is away from that of the stage. */
export interface Zoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Pixels; `picture` is the picture as it fits the stage. */
export interface ZoomSizes {
  readonly stage: { readonly width: number; readonly height: number };
  readonly picture: { readonly width: number; readonly height: number };
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const fitting: Zoom = { scale: 1, x: 0, y: 0 };
/** Of a button or a key. */
export const zoomStep = 1.5;
/** Of a double tap. */
export const closeUp = 2.5;
export const largest = 8;

/** `factor` times larger, so that what is at `point` (from the middle of the stage) stays there. */
export function zoomBy(zoom: Zoom, factor: number, point: Point, sizes: ZoomSizes): Zoom {
  const scale = Math.min(largest, Math.max(1, zoom.scale * factor));
  const by = scale / zoom.scale;
  return within({ scale, x: point.x - (point.x - zoom.x) * by, y: point.y - (point.y - zoom.y) * by }, sizes);
}

export function moveBy(zoom: Zoom, by: Point, sizes: ZoomSizes): Zoom {
  return within({ ...zoom, x: zoom.x + by.x, y: zoom.y + by.y }, sizes);
}

/** Its edges are not drawn into the stage, and where it is smaller than that it stands in the middle. */
function within({ scale, x, y }: Zoom, { stage, picture }: ZoomSizes): Zoom {
  const slack = (size: number, around: number) => Math.max(0, (size * scale - around) / 2);
  return { scale, x: bounded(x, slack(picture.width, stage.width)), y: bounded(y, slack(picture.height, stage.height)) };
}

function bounded(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value));
}
