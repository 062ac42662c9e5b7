/** Where the keys lead in a grid whose rows may differ in length. */

export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

/** The cells in rows of `columns`; the last one may be shorter. */
export function gridRows<Cell>(cells: readonly Cell[], columns: number): readonly (readonly Cell[])[] {
  return Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) => cells.slice(row * columns, (row + 1) * columns));
}

/** `lengths`: of the rows. Left and right go on in the next row; undefined where the key leads nowhere. */
export function moveInGrid(lengths: readonly number[], { row, column }: GridPlace, key: string, toTheEnd: boolean): GridPlace | undefined {
  const last = (of: number) => (lengths[of] ?? 0) - 1;
  const at = (row: number, column: number) => (row < 0 || row >= lengths.length ? undefined : { row, column: Math.min(column, last(row)) });
  switch (key) {
    case 'ArrowRight':
      return column < last(row) ? at(row, column + 1) : at(row + 1, 0);
    case 'ArrowLeft':
      return column > 0 ? at(row, column - 1) : at(row - 1, Infinity);
    case 'ArrowDown':
      return at(row + 1, column);
    case 'ArrowUp':
      return at(row - 1, column);
    case 'Home':
      return at(toTheEnd ? 0 : row, 0);
    case 'End':
      return at(toTheEnd ? lengths.length - 1 : row, Infinity);
    default:
      return undefined;
  }
}
