/**
 * How large name and value stand on a tile, so that both can be read from afar and neither runs over its edge. Left to
 * itself Grafana gives nearly all of a tile to the value, and a name of a few signs is as small as one of many.
 */
export interface TileText {
  titleSize: number;
  valueSize: number;
}

/** Of a panel on a screen of 1920 pixels: a column of its grid, what a panel keeps at its edges, and a tile at its. */
const columnPx = 79;
const edgesPx = 24;
const tileEdgesPx = 19;
/** More tiles abreast than these are too narrow for any of this; Grafana finds the sizes. */
const mostAbreast = 4;

export function tileText(of: {
  names: readonly string[];
  /** Tiles abreast, on the fullest floor. */
  abreast: number;
  /** Columns of the grid. */
  width: number;
  /** A value as wide as they get, and the unit behind it, which is smaller. */
  value: string;
  unit?: string;
}): TileText | undefined {
  if (of.abreast > mostAbreast || of.names.length === 0) return undefined;
  const tilePx = (of.width * columnPx - edgesPx) / of.abreast - tileEdgesPx;
  const named = Math.max(...of.names.map(widthOf));
  const valued = widthOf(of.value) + 0.7 * widthOf(of.unit ?? "");
  const between = (least: number, size: number, most: number) => Math.floor(Math.min(most, Math.max(least, size)));
  return { titleSize: between(12, tilePx / named, 22), valueSize: between(14, tilePx / valued, 36) };
}

/** In heights of its letters; a Chinese sign is as wide as it is high. */
function widthOf(words: string): number {
  return [...words].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 1 : 0.56), 0);
}
