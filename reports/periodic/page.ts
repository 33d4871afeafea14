import { type Language, priorities, type Report } from "../../contract/index.ts";
import { type ReportWords, reportWords } from "./words.ts";

/** What a report says in one language, before it becomes text or HTML. */
export interface Page {
  language: Language;
  title: string;
  facts: { label: string; value: string }[];
  /** The few figures that whoever has a minute reads. */
  figures: { label: string; value: string; warns: boolean }[];
  sections: PageSection[];
  /** To be kept word by word: a later ledger can be held against it. */
  checkpoint: { title: string; advice: string; lines: string[] } | null;
  note: string;
}
export interface PageSection {
  title: string;
  columns: string[];
  rows: string[][];
  /** Said where there is no row. */
  none: string;
  more: string | null;
}

const leastCompletePct = 98;

export function pageOf(report: Report, language: Language): Page {
  const words = reportWords[language];
  const key = language === "en" ? "en" : "zh";
  const { figures: f, columns: c, sections: s } = words;
  const { performance } = report;
  const show = formatsOf(report.site.timeZone, words);
  const room = (id: string | null) => (id === null ? words.site : (report.names.rooms[id]?.[key] ?? id));
  const what = (name: Report["alarms"][number]["condition"]) => report.names.conditions[name]?.[language] ?? name;
  const place = (one: { room: string | null; device: string | null }) =>
    one.device === null ? room(one.room) : `${room(one.room)} (${one.device})`;
  // A swing stands for a day after it happened: it is no time beyond a limit.
  const beyond = report.excursions.filter(({ condition }) => !condition.endsWith("-swing"));
  const hours = beyond.reduce((sum, each) => sum + each.hours, 0);
  const measured = report.devices.filter(({ expected }) => expected > 0);
  const worst = Math.min(100, ...measured.map(({ completePct }) => completePct));
  const all = priorities.map((priority) => performance.priorities[priority]);
  const longest = (of: "toAcknowledge" | "toReturn") => {
    const found = all.map((one) => one[of]).filter(({ count }) => count > 0);
    const most = found.toSorted((a, b) => b.count - a.count)[0];
    const longestS = Math.max(0, ...found.map(({ longestS: each }) => each ?? 0));
    return most === undefined ? "–" : `${show.span(most.medianS)} / ${show.span(longestS)}`;
  };
  const section = (
    name: keyof ReportWords["sections"],
    columns: string[],
    rows: string[][],
    left = 0,
  ): PageSection => ({
    ...s[name],
    columns,
    rows,
    more: left > 0 ? words.more(left) : null,
  });
  const optional = (one: PageSection) => (one.rows.length === 0 ? [] : [one]);
  const gaps = report.devices.filter((device) => device.gaps.length > 0);
  return {
    language,
    title: `${words.title[report.kind]} ${report.period} · ${report.site.name[key]}`,
    facts: [
      { label: words.period, value: `${show.time(report.from)} – ${show.time(report.to)} (${report.site.timeZone})` },
      { label: words.made, value: show.time(report.madeAt) },
    ],
    figures: [
      {
        label: f.alarms,
        value: `${performance.annunciated} (${priorities.map((each) => `${words.priority[each]} ${performance.priorities[each].annunciated}`).join(", ")})`,
        warns: performance.priorities.critical.annunciated > 0,
      },
      { label: f.answered, value: longest("toAcknowledge"), warns: false },
      { label: f.returned, value: longest("toReturn"), warns: false },
      {
        label: f.per10Min,
        value: `${show.number(performance.per10Min.mean)} / ${performance.per10Min.peak}`,
        warns: performance.per10Min.peak >= 10,
      },
      {
        label: f.flood,
        value: `${show.number(performance.per10Min.shareInFloodPct)} %`,
        warns: performance.per10Min.shareInFloodPct >= 1,
      },
      { label: f.excursionHours, value: show.span(Math.round(hours * 3_600)), warns: hours > 0 },
      {
        label: f.complete,
        value: measured.length === 0 ? "–" : `${show.number(worst)} %`,
        warns: worst < leastCompletePct,
      },
      {
        label: f.checks,
        value: `${report.checks.arrived} / ${report.checks.made}`,
        warns: report.checks.arrived < report.checks.made,
      },
    ],
    sections: [
      section(
        "alarms",
        [c.time, c.priority, c.what, c.room, c.value, c.answer, c.over],
        report.alarms.map((alarm) => [
          show.time(alarm.at),
          words.priority[alarm.priority],
          what(alarm.condition),
          place(alarm),
          show.measured(alarm.value, alarm.limit, alarm.unit),
          alarm.answeredAfterS === null
            ? words.nobody
            : `${alarm.acknowledgedBy ?? "–"}, ${show.span(alarm.answeredAfterS)}`,
          alarm.returnedAt === null ? words.still : show.time(alarm.returnedAt),
        ]),
        report.alarmsLeftOut,
      ),
      ...optional(
        section(
          "often",
          [c.what, c.room, c.count, c.share],
          performance.topTen.map((one) => [what(one.condition), place(one), String(one.count), `${one.sharePct} %`]),
        ),
      ),
      ...optional(
        section(
          "chattering",
          [c.what, c.room, c.times],
          performance.chattering.map((one) => [what(one.condition), place(one), String(one.times)]),
        ),
      ),
      section(
        "excursions",
        [c.room, c.what, c.from, c.to, c.hours, c.limit, c.extreme],
        report.excursions.map((one) => [
          place(one),
          what(one.condition),
          show.time(one.from),
          one.to === null ? words.still : show.time(one.to),
          show.span(Math.round(one.hours * 3_600)),
          show.amount(one.limit, one.unit),
          show.amount(one.extreme, one.unit),
        ]),
      ),
      section(
        "standing",
        [c.what, c.room, c.since],
        performance.standing.map((one) => [what(one.condition), place(one), show.time(one.since)]),
      ),
      section(
        "remedial",
        [c.room, c.what, c.owner, c.measure, c.due, c.status],
        report.remedial.map((one) => [
          room(one.room),
          what(one.condition),
          one.owner,
          one.measure,
          show.day(one.due),
          words.status[one.status],
        ]),
      ),
      section(
        "drills",
        [c.time, c.scenario, c.room, c.by, c.answeredBy, c.after, c.through],
        report.drills.map((drill) => [
          show.time(drill.at),
          words.scenario[drill.scenario],
          room(drill.room),
          drill.by ?? "–",
          drill.answer === null ? words.nobody : (drill.answer.by ?? "–"),
          drill.answer === null ? "–" : show.span(drill.answer.afterS),
          drill.answer?.via ?? "–",
        ]),
      ),
      section(
        "gaps",
        [c.device, c.room, c.received, c.complete, c.gaps],
        gaps.map((device) => [
          device.device,
          room(device.room),
          `${device.received} / ${device.expected}`,
          `${show.number(device.completePct)} %`,
          device.gaps.map(({ from, to }) => `${show.time(from)} – ${show.time(to)}`).join("; "),
        ]),
      ),
      section(
        "devices",
        [c.device, c.room, c.online, c.complete, c.battery, c.clock, c.calibration],
        report.devices.map((device) => [
          device.device,
          room(device.room),
          device.online === null ? "–" : device.online ? words.yes : words.no,
          device.expected === 0 ? "–" : `${show.number(device.completePct)} %`,
          device.batteryPct === null ? "–" : `${show.number(device.batteryPct)} %`,
          device.clockOffsetMs === null ? "–" : show.offset(device.clockOffsetMs),
          device.calibrationDue ?? "–",
        ]),
      ),
      section(
        "telling",
        [c.channel, c.messages, c.delivered, c.givenUp, c.withdrawn],
        report.telling.map((one) => [
          one.channel,
          ...[one.messages, one.delivered, one.givenUp, one.withdrawn].map(String),
        ]),
      ),
    ],
    checkpoint:
      report.checkpoint === null ? null : { ...words.checkpoint, lines: report.checkpoint.trimEnd().split("\n") },
    note: words.note,
  };
}

/** Times, spans and figures as its readers expect them. */
function formatsOf(timeZone: string, { locale }: ReportWords) {
  const stamp = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  const figure = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const span = new Intl.DurationFormat(locale, { style: "short", secondsDisplay: "auto" });
  const brief = new Intl.DurationFormat(locale, { style: "short", secondsDisplay: "always" });
  const number = (value: number) => figure.format(value);
  const amount = (value: number | null, unit: string | null) =>
    value === null ? "–" : unit === null ? number(value) : `${number(value)} ${unit}`;
  return {
    number,
    amount,
    time: (iso: string) => stamp.format(Date.parse(iso)).slice(0, 16),
    // The end of a day is the day itself.
    day: (iso: string) => stamp.format(Date.parse(iso) - 1).slice(0, 10),
    span(seconds: number | null) {
      if (seconds === null) return "–";
      const [days, hours, minutes] = [
        Math.floor(seconds / 86_400),
        Math.floor(seconds / 3_600) % 24,
        Math.floor(seconds / 60) % 60,
      ];
      if (seconds < 60) return brief.format({ seconds: Math.round(seconds) });
      return days > 0 ? span.format({ days, hours }) : span.format({ hours, minutes });
    },
    offset: (ms: number) => `${number(Math.round(ms / 100) / 10)} s`,
    measured: (value: number | null, limit: number | null, unit: string | null) =>
      value === null || unit === null
        ? "–"
        : limit === null
          ? amount(value, unit)
          : `${amount(value, unit)} (${amount(limit, unit)})`,
  };
}
