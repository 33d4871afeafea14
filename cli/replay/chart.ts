import type { Priority } from "../../contract/index.ts";
import type { CurvePoint } from "./curves.ts";
import { escaped } from "./html.ts";

/** One curve with its limits as a band and alarms as bars, as SVG. */

export interface ChartInput {
  parts: readonly (readonly CurvePoint[])[];
  band: { low: number | null; high: number | null };
  marks: readonly { fromMs: number; toMs: number; priority: Priority; title: string }[];
  fromMs: number;
  toMs: number;
  timeZone: string;
  label: string;
}

const width = 1_040;
const height = 260;
const edge = { left: 44, right: 10, top: 10, bottom: 24 };
/** Alarms lie under the curve, so that they never hide it. */
const markHeight = 10;
const colours: Record<Priority, string> = { critical: "#a4161a", high: "#d9480f", medium: "#b07d00", low: "#1971c2" };

export function chart({ parts, band, marks, fromMs, toMs, timeZone, label }: ChartInput): string {
  const plotBottom = height - edge.bottom - markHeight - 4;
  const scale = scaleOf(parts, band);
  const spanMs = Math.max(1, toMs - fromMs);
  const x = (ms: number) => tenth(edge.left + ((ms - fromMs) / spanMs) * (width - edge.left - edge.right));
  const y = (value: number) =>
    tenth(plotBottom - ((value - scale.low) / (scale.high - scale.low)) * (plotBottom - edge.top));
  const inPlot = (value: number) => Math.min(scale.high, Math.max(scale.low, value));
  const top = y(inPlot(band.high ?? scale.high));
  const bottom = y(inPlot(band.low ?? scale.low));
  const right = width - edge.right;
  const lines: string[] = [
    `<rect x="${edge.left}" y="${top}" width="${right - edge.left}" height="${tenth(bottom - top)}" fill="#e3f4e6"/>`,
  ];
  for (const value of scale.ticks) {
    lines.push(`<path d="M${edge.left} ${y(value)}H${right}" stroke="#e1e6ec"/>`);
    lines.push(`<text x="${edge.left - 6}" y="${y(value) + 4}" text-anchor="end">${value}</text>`);
  }
  for (const limit of [band.low, band.high]) {
    if (limit === null || limit < scale.low || limit > scale.high) continue;
    lines.push(`<path d="M${edge.left} ${y(limit)}H${right}" stroke="#2f9e44" stroke-dasharray="5 4"/>`);
  }
  for (const { atMs, text } of timeTicks(fromMs, toMs, timeZone)) {
    lines.push(`<path d="M${x(atMs)} ${edge.top}V${plotBottom}" stroke="#eef1f5"/>`);
    lines.push(`<text x="${x(atMs)}" y="${height - 7}" text-anchor="middle">${escaped(text)}</text>`);
  }
  for (const part of parts) {
    const upper = part.map(({ atMs, high }) => `${x(atMs)} ${y(high)}`);
    const lower = part.toReversed().map(({ atMs, low }) => `${x(atMs)} ${y(low)}`);
    lines.push(`<path d="M${[...upper, ...lower].join("L")}Z" fill="#9db8d9" fill-opacity=".55"/>`);
    const mean = part.map((point) => `${x(point.atMs)} ${y(point.mean)}`).join("L");
    lines.push(`<path d="M${mean}" fill="none" stroke="#1f4e8c" stroke-width="1.3" stroke-linejoin="round"/>`);
  }
  for (const mark of marks) {
    const left = x(mark.fromMs);
    // A short alarm in a long recording would be no pixel wide.
    const wide = Math.max(2, tenth(x(mark.toMs) - left));
    lines.push(
      `<rect x="${left}" y="${plotBottom + 4}" width="${wide}" height="${markHeight}" fill="${colours[mark.priority]}"><title>${escaped(mark.title)}</title></rect>`,
    );
  }
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}" font-size="11" fill="#5b6675">
${lines.join("\n")}
</svg>`;
}

function scaleOf(parts: ChartInput["parts"], band: ChartInput["band"]) {
  let low = band.low ?? Number.POSITIVE_INFINITY;
  let high = band.high ?? Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    for (const point of part) {
      low = Math.min(low, point.low);
      high = Math.max(high, point.high);
    }
  }
  const step = [0.5, 1, 2, 5, 10, 20, 50].find((size) => (high - low) / size <= 7) ?? 100;
  const first = Math.floor(low / step) * step;
  const last = Math.max(first + step, Math.ceil(high / step) * step);
  const ticks = Array.from({ length: Math.round((last - first) / step) + 1 }, (_, n) => first + n * step);
  return { low: first, high: last, ticks };
}

const dayMs = 86_400_000;

/** Beginnings of months where it is long, of days or hours where it is short; in the site's time zone. */
function timeTicks(fromMs: number, toMs: number, timeZone: string): { atMs: number; text: string }[] {
  const local = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone });
  const spanMs = toMs - fromMs;
  const hours = [1, 3, 6, 12, 24, 48, 168].find((size) => spanMs / (size * 3_600_000) <= 10);
  const ticks: { atMs: number; text: string }[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  const everyMs = hours === undefined ? spanMs / 12 : hours * 3_600_000 - 3_600_000;
  for (let atMs = Math.ceil(fromMs / 3_600_000) * 3_600_000; atMs <= toMs; atMs += 3_600_000) {
    const text = local.format(atMs);
    const [day = "", hour = ""] = text.split(" ");
    const midnight = Number(hour.slice(0, 2)) === 0;
    const due =
      hours === undefined
        ? midnight && day.endsWith("-01")
        : hours < 24
          ? Number(hour.slice(0, 2)) % hours === 0
          : midnight;
    if (!due || atMs - lastMs < everyMs) continue;
    lastMs = atMs;
    ticks.push({ atMs, text: hours === undefined ? day.slice(0, 7) : hours < 24 ? text.slice(5) : day.slice(5) });
  }
  return ticks.filter(({ atMs }) => spanMs < dayMs || (atMs - fromMs > spanMs / 50 && toMs - atMs > spanMs / 50));
}

const tenth = (value: number) => Math.round(value * 10) / 10;
