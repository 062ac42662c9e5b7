/** Fills a stage with equal tiles. */

/** Width by height that a tile comes near to; wider ones would crop heads, and cameras are not wider. */
const widest = 16 / 9;
/** On a stage that is wider than high, and on one that is higher than wide (a phone), where pictures may stand upright. */
const narrowest = { landscape: 1.2, portrait: 0.75 } as const;

/** In pixels. */
export interface TileSize {
  readonly width: number;
  readonly height: number;
}

/** The largest size that lets `count` equal tiles, `gap` pixels apart, stand on a stage of `width` by `height`. Zero when nothing fits. */
export function tileSize(count: number, width: number, height: number, gap: number): TileSize {
  const least = width > height ? narrowest.landscape : narrowest.portrait;
  let best: TileSize = { width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (width - (columns - 1) * gap) / columns;
    const cellHeight = (height - (rows - 1) * gap) / rows;
    const size = { width: Math.floor(Math.min(cellWidth, cellHeight * widest)), height: Math.floor(Math.min(cellHeight, cellWidth / least)) };
    if (cellWidth > 0 && cellHeight > 0 && size.width * size.height > best.width * best.height) best = size;
  }
  return best;
}
