import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Whether people with the common colour-vision deficiencies tell states apart, and whether all can read them. */

const css = readFileSync(new URL("../../../console/web/styles/base.css", import.meta.url), "utf8");
const icons = readFileSync(new URL("../../../console/web/parts/icon.tsx", import.meta.url), "utf8");

type Colour = readonly [number, number, number];
const colours = (block: string): Record<string, string> =>
  Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
const [light = "", dark = ""] = css.split("@media (prefers-color-scheme: dark)");
const themes = { light: colours(light), dark: { ...colours(light), ...colours(dark) } };

const linear = (hex: string): Colour => {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
};

/** WCAG 2.2, relative luminance and contrast ratio. */
const luminance = ([r, g, b]: Colour) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const visions: Record<string, readonly Colour[]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function seen(hex: string, vision: string): Colour {
  const [r, g, b] = linear(hex);
  const row = (n: number) => {
    const [x = 0, y = 0, z = 0] = visions[vision]?.[n] ?? [];
    return Math.min(1, Math.max(0, x * r + y * g + z * b));
  };
  return [row(0), row(1), row(2)];
}

/** CIE 1976 L*a*b*, D65: a difference of 2.3 is just noticed. */
function lab([r, g, b]: Colour): Colour {
  const f = (t: number) => (t > 216 / 24_389 ? Math.cbrt(t) : (24_389 / 27) * (t / 116) + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
const difference = (a: Colour, b: Colour) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

const states = ["critical", "high", "medium", "low", "soon", "ok", "no-data"] as const;

describe.each(Object.entries(themes))("the colours of the %s theme", (_theme, theme) => {
  const of = (name: string) => theme[name] ?? "";

  it("can be read: text stands out from its ground at least 4.5 to 1", () => {
    const pairs = [
      ...states.flatMap((state) => [
        [state, `${state}-ground`],
        [state, "card"],
        ["ink", `${state}-ground`],
      ]),
      ...["ink", "soft", "link"].flatMap((name) => [
        [name, "ground"],
        [name, "card"],
      ]),
      ["brand-ink", "brand"],
    ] as const;
    const weak = pairs.flatMap(([text = "", ground = ""]) => {
      const ratio = contrast(of(text), of(ground));
      return ratio >= 4.5 ? [] : [`${text} on ${ground}: ${ratio.toFixed(2)}`];
    });
    expect(weak).toEqual([]);
  });

  it.each(Object.keys(visions))("tell states apart with %s sight, and best what is well from what is not", (vision) => {
    const near = states.flatMap((a, n) =>
      states.slice(n + 1).flatMap((b) => {
        const far = difference(lab(seen(of(a), vision)), lab(seen(of(b), vision)));
        // Sign and word say the same; two neighbouring priorities may be closer than anything is to "well".
        return far >= (a === "ok" || b === "ok" ? 12 : 5) ? [] : [`${a} and ${b}: ${far.toFixed(1)}`];
      }),
    );
    expect(near).toEqual([]);
  });
});

it("no two states have the same sign", () => {
  const signs = states.map((state) => new RegExp(`^ {2}"?${state}"?:\\s+"([^"]+)"`, "m").exec(icons)?.[1]);
  expect(signs).not.toContain(undefined);
  expect(new Set(signs).size).toBe(states.length);
});
