import { existsSync } from "node:fs";

/** A font file with Chinese characters, and the face in it where it is a collection. */
export interface Font {
  path: string;
  face?: string;
}

/** Where systems keep what they install: Debian and Ubuntu (fonts-noto-cjk), Fedora, Alpine, Windows. */
const known: readonly Font[] = [
  { path: "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", face: "NotoSansCJKsc-Regular" },
  { path: "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc", face: "NotoSansCJKsc-Regular" },
  { path: "/usr/share/fonts/noto/NotoSansCJK-Regular.ttc", face: "NotoSansCJKsc-Regular" },
  { path: "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", face: "NotoSansCJKsc-Regular" },
  { path: "C:\\Windows\\Fonts\\simhei.ttf" },
];

/** `null` when there is none: then papers are HTML, where the reader's own fonts serve, and never empty boxes. */
export function findFont(given?: Font): Font | null {
  if (given) return existsSync(given.path) ? given : null;
  return known.find(({ path }) => existsSync(path)) ?? null;
}
