import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { ForecastView } from "../../../contract/index.ts";
import type { Course } from "../course.ts";
import { language, timeZone } from "../language.ts";

export interface ChartFacts {
  title: string;
  unit: string;
  digits: number;
  course: Course;
  /** Another room, or outdoors. */
  compared: { name: string; course: Course } | null;
  limits: { low: number | null; high: number | null } | null;
  forecast: ForecastView | null;
  fromMs: number;
  toMs: number;
  /** When alarms were raised. */
  marks: readonly { atMs: number; priority: string; text: string }[];
}

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** One quantity of one room: its course and range, its limits, what is expected, and what went wrong. */
export function Chart({
  facts,
  onSelect,
  onReady,
}: {
  facts: ChartFacts;
  onSelect: (fromMs: number, toMs: number) => void;
  onReady?: (canvas: HTMLCanvasElement) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef(facts);
  shown.current = facts;
  const lang = language.value;

  useEffect(() => {
    const element = frame.current!;
    const made = new uPlot(options(element, shown, onSelect, lang), dataOf(shown.current), element);
    plot.current = made;
    onReady?.(made.ctx.canvas);
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: heightOf(element) }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [lang, facts.compared === null, onSelect, onReady]);
  useEffect(() => {
    plot.current?.setData(dataOf(facts), false);
    plot.current?.setScale("x", { min: facts.fromMs / 1_000, max: facts.toMs / 1_000 });
  }, [facts]);

  return <div ref={frame} class="chart" role="img" aria-label={`${facts.title} (${facts.unit})`} />;
}

const heightOf = (element: HTMLElement) => (element.clientWidth < 500 ? 210 : 250);

/** All on one axis of time: what was, what is expected, what was elsewhere. */
function dataOf({ course, compared, forecast }: ChartFacts): uPlot.AlignedData {
  const expected = forecast?.points ?? [];
  const seconds = expected.map(({ at }) => Date.parse(at) / 1_000);
  const own: uPlot.AlignedData = [course.at, course.max, course.min, course.mean];
  const ahead: uPlot.AlignedData = [
    seconds,
    expected.map(({ high }) => high),
    expected.map(({ low }) => low),
    expected.map(({ value }) => value),
  ];
  const tables = compared
    ? [own, ahead, [compared.course.at, compared.course.mean] as uPlot.AlignedData]
    : [own, ahead];
  return uPlot.join(tables, undefined);
}

function options(
  element: HTMLElement,
  shown: { current: ChartFacts },
  onSelect: (fromMs: number, toMs: number) => void,
  lang: string,
): uPlot.Options {
  const line = colour("ink");
  const soft = colour("soft");
  const grid = { stroke: colour("line"), width: 1 };
  const series = colour("series");
  const ahead = colour("ahead");
  const { unit, digits, compared } = shown.current;
  const value = (_: uPlot, at: number | null) =>
    at === null || at === undefined ? "–" : `${at.toFixed(digits)} ${unit}`;
  const words = lang === "en" ? enWords : zhWords;
  return {
    width: element.clientWidth,
    height: heightOf(element),
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), timeZone.peek()),
    // Lanes beneath keep to the same edges.
    padding: [8, 16, 0, 0],
    cursor: { drag: { x: true, y: false, setScale: false }, sync: { key: "room" } },
    scales: { y: { range: (_, low, high) => rangeOf(low, high, shown.current.limits) } },
    axes: [
      { stroke: soft, grid, ticks: grid, values: axisTimes },
      { stroke: soft, grid, ticks: grid, size: 48 },
    ],
    series: [
      { label: words.time, value: (_, at) => (at === null ? "–" : timeText(at, lang)) },
      { label: words.max, stroke: "transparent", value, points: { show: false } },
      { label: words.min, stroke: "transparent", value, points: { show: false } },
      { label: words.mean, stroke: series, width: 2, value, points: { show: false } },
      { label: words.high, stroke: "transparent", value, points: { show: false } },
      { label: words.low, stroke: "transparent", value, points: { show: false } },
      { label: words.expected, stroke: ahead, width: 2, dash: [6, 4], value, points: { show: false } },
      ...(compared
        ? [{ label: compared.name, stroke: soft, width: 1.5, dash: [2, 3], value, points: { show: false } }]
        : []),
    ],
    bands: [
      { series: [1, 2], fill: colour("series-range") },
      { series: [4, 5], fill: colour("ahead-range") },
    ],
    hooks: {
      drawClear: [(u) => drawLimits(u, shown.current)],
      draw: [(u) => drawMarks(u, shown.current, line)],
      setSelect: [
        (u) => {
          if (u.select.width < 8) return;
          const from = u.posToVal(u.select.left, "x");
          const to = u.posToVal(u.select.left + u.select.width, "x");
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          onSelect(from * 1_000, to * 1_000);
        },
      ],
    },
  };
}

const enWords = {
  time: "Time",
  max: "max",
  min: "min",
  mean: "mean",
  high: "expected at most",
  low: "expected at least",
  expected: "expected",
};
const zhWords: typeof enWords = {
  time: "时间",
  max: "最大",
  min: "最小",
  mean: "平均",
  high: "预计上限",
  low: "预计下限",
  expected: "预计",
};

const timeText = (seconds: number, lang: string) =>
  new Intl.DateTimeFormat(lang === "en" ? "en-GB" : "zh-CN", {
    timeZone: timeZone.peek(),
    dateStyle: "short",
    timeStyle: "short",
  }).format(seconds * 1_000);

/** Day and month in numbers, hours of 24: as both languages write them. */
const axisTimes: uPlot.Axis.Values = (u, splits, _axis, _space, increment) => {
  const { min = 0, max = 0 } = u.scales.x ?? {};
  const date = (at: number) => uPlot.tzDate(new Date(at * 1_000), timeZone.peek());
  const two = (n: number) => String(n).padStart(2, "0");
  return splits.map((at) => {
    const d = date(at);
    if (increment >= 28 * 86_400) return `${d.getFullYear()}-${two(d.getMonth() + 1)}`;
    if (increment >= 86_400) return `${two(d.getMonth() + 1)}-${two(d.getDate())}`;
    const time = `${two(d.getHours())}:${two(d.getMinutes())}`;
    return max - min > 86_400 && d.getHours() === 0 ? `${two(d.getMonth() + 1)}-${two(d.getDate())}` : time;
  });
};

function rangeOf(low: number, high: number, limits: ChartFacts["limits"]): [number, number] {
  const values = [low, high, limits?.low, limits?.high].filter((value) => typeof value === "number");
  if (values.length === 0 || !values.every(Number.isFinite)) return [0, 1];
  const [bottom, top] = [Math.min(...values), Math.max(...values)];
  const air = Math.max((top - bottom) * 0.08, 0.5);
  return [bottom - air, top + air];
}

/** Beyond the limits the ground is of another colour, and the limit itself a line. */
function drawLimits(u: uPlot, { limits }: ChartFacts): void {
  if (!limits) return;
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colour("beyond");
  ctx.strokeStyle = colour("limit");
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([]);
  const bottom = bbox.top + bbox.height;
  for (const [limit, from] of [
    [limits.high, bbox.top],
    [limits.low, bottom],
  ] as const) {
    if (limit === null) continue;
    const y = u.valToPos(limit, "y", true);
    ctx.fillRect(bbox.left, Math.min(from, y), bbox.width, Math.abs(y - from));
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

function drawMarks(u: uPlot, { marks }: ChartFacts, line: string): void {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.setLineDash([]);
  for (const { atMs, priority } of marks) {
    const x = u.valToPos(atMs / 1_000, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = ctx.fillStyle = colour(priority) || line;
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const size = 6 * devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x - size, bbox.top);
    ctx.lineTo(x + size, bbox.top);
    ctx.lineTo(x, bbox.top + size * 1.5);
    ctx.fill();
  }
  ctx.restore();
}
