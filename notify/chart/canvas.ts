import type { IndexedImage } from "./png.ts";

type Colour = readonly [red: number, green: number, blue: number, alpha: number];

/** Steps from nothing to a full stroke: enough for a smooth edge. */
const steps = 15;

/**
 * A small canvas: areas in one colour, and strokes with smooth edges over them. Each colour has a range of the palette
 * from nothing to full, so that no pixel needs more than a byte; a stroke lies over what was painted before it.
 */
export function createCanvas(width: number, height: number, colours: readonly Colour[]) {
  const palette: Colour[] = [[0, 0, 0, 0]];
  for (const [red, green, blue, alpha] of colours) {
    for (let step = 1; step <= steps; step++) palette.push([red, green, blue, Math.round((alpha * step) / steps)]);
  }
  const pixels = new Uint8Array(width * height);
  const paint = (x: number, y: number, colour: number, coverage: number) => {
    const step = Math.round(Math.max(0, Math.min(1, coverage)) * steps);
    if (step === 0) return;
    const at = y * width + x;
    const index = colour * steps + step;
    const under = pixels[at]!;
    // Of two strokes of one colour the fuller counts; the edge of a stroke on an area hides the area only when full.
    const isSameColour = under > 0 && Math.floor((under - 1) / steps) === colour;
    if (isSameColour ? index > under : under === 0 || step > steps / 3) pixels[at] = index;
  };
  return {
    area(colour: number, box: { left: number; top: number; right: number; bottom: number }): void {
      for (let y = Math.max(0, Math.round(box.top)); y < Math.min(height, Math.round(box.bottom)); y++)
        for (let x = Math.max(0, Math.round(box.left)); x < Math.min(width, Math.round(box.right)); x++)
          paint(x, y, colour, 1);
    },
    /** A straight stroke from one point to another. */
    stroke(colour: number, from: Point, to: Point, strokeWidth: number): void {
      const reach = strokeWidth / 2 + 1;
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const length2 = dx * dx + dy * dy;
      for (let y = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach)); y < height; y++) {
        if (y > Math.max(from.y, to.y) + reach) break;
        for (let x = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach)); x < width; x++) {
          if (x > Math.max(from.x, to.x) + reach) break;
          const along = length2 === 0 ? 0 : ((x - from.x) * dx + (y - from.y) * dy) / length2;
          const t = Math.max(0, Math.min(1, along));
          const distance = Math.hypot(x - from.x - t * dx, y - from.y - t * dy);
          paint(x, y, colour, strokeWidth / 2 + 0.5 - distance);
        }
      }
    },
    image: (): IndexedImage => ({ width, height, palette, pixels }),
  };
}

export interface Point {
  x: number;
  y: number;
}
