import { conditionNamed, type EngineTransition, settingsOf } from "../../alerts/index.ts";
import type { CsvRow } from "../../app/index.ts";
import { type Quantity, unitOf, type Values } from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import type { Site } from "../../site/index.ts";
import { type Column, colours, quantityText, say, sayJson, sayTable, terminalLanguage } from "../output.ts";
import type { Onlooker } from "./offline.ts";
import { durationText } from "./report.ts";

/** What one alarm of a replay was raised on: the values before, during and after it, with what it made of them. */

/** Enough to see where it came from and how it ended. */
const beforeMs = 3 * 3_600_000;
const afterMs = 1_800_000;
/** A stay of months is told by its beginning. */
const rowsMost = 20_000;
const shownMost = 40;

interface Moment {
  atMs: number;
  values: Values;
}

interface Turn {
  atMs: number;
  transition: string;
  reason: string;
  message: string;
}

export interface Explanation extends Onlooker {
  say(options: { json: boolean; timeZone: string }): void;
}

/**
 * `wanted`: the number of the alarm in the report, counted from 1; or its condition, the first of it; or
 * `condition@time`, the first of it from that time on.
 * @throws SentryError `usage` for what is neither; `not-found`, when it is told, for an alarm that never came.
 */
export function createExplanation(wanted: string): Explanation {
  const isWanted = selector(wanted);
  const rows: Moment[] = [];
  const turns: Turn[] = [];
  let site: Site | undefined;
  let seen = 0;
  let found: EngineTransition | undefined;
  let overMs = Number.POSITIVE_INFINITY;

  return {
    begin(judged) {
      site = judged;
    },
    row({ atMs, values }: CsvRow) {
      if (atMs > overMs || rows.length >= rowsMost) return;
      rows.push({ atMs, values: { ...values } });
      if (found) return;
      // In lumps: taking one off the front for each row would cost more than the engine.
      const old = rows.findIndex((row) => row.atMs >= atMs - beforeMs);
      if (old > 500) rows.splice(0, old);
    },
    transition(transition, message) {
      const { alarm, atMs, reason, transition: kind } = transition;
      if (kind === "raised") {
        seen += 1;
        if (!found && isWanted(seen, transition)) found = { ...transition, alarm: { ...alarm } };
      }
      // Raised again before anybody has answered, it keeps its id, but is another story.
      if (found?.alarm.id !== alarm.id || Number.isFinite(overMs)) return;
      turns.push({ atMs, transition: kind, reason, message });
      if (kind === "returned") overMs = atMs + afterMs;
    },
    say({ json, timeZone }) {
      if (!found || !site) {
        throw new SentryError("not-found", `--explain: expected an alarm of this replay, found ${wanted} of ${seen}`);
      }
      const facts = factsOf(site, found, rows, turns);
      if (json) sayJson([...facts.lines, { explained: facts.summary, turns: turns.map(presentTurn) }]);
      else sayFacts(facts, turns, timeZone);
    },
  };
}

function selector(wanted: string): (number: number, transition: EngineTransition) => boolean {
  if (/^[1-9]\d*$/.test(wanted)) return (number) => number === Number(wanted);
  const [condition = "", since] = wanted.split("@");
  const sinceMs = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  if (!/^[a-z-]+$/.test(condition) || Number.isNaN(sinceMs)) {
    throw new SentryError(
      "usage",
      `--explain: expected a number of the report, a condition or condition@time, found ${wanted}`,
    );
  }
  return (_, { alarm, atMs }) => alarm.condition === condition && atMs >= sinceMs;
}

interface Line {
  at: string;
  values: Values;
  limit: number | null;
  /** How long it had been beyond the limit; `null` while it was not, or after its return. */
  beyond_s: number | null;
  standing: boolean;
  transitions: string[];
}

function factsOf(site: Site, { alarm, atMs: raisedAtMs }: EngineTransition, rows: readonly Moment[], turns: Turn[]) {
  const condition = conditionNamed(alarm.condition);
  const settings = condition ? settingsOf(site, condition, alarm.room) : null;
  const watched: readonly Quantity[] | null = condition?.kind === "value" ? condition.quantities : null;
  const returnedAtMs = turns.find((turn) => turn.transition === "returned")?.atMs ?? Number.POSITIVE_INFINITY;
  const sinceMs = Math.min(alarm.sinceMs, raisedAtMs);
  const told = new Set<Turn>();
  const lines = rows
    .filter(({ atMs }) => atMs >= sinceMs - beforeMs && atMs <= returnedAtMs + afterMs)
    .map(({ atMs, values }): Line => {
      const now = turns.filter((turn) => turn.atMs <= atMs && !told.has(turn));
      for (const turn of now) told.add(turn);
      const lasting = atMs >= sinceMs && atMs < returnedAtMs;
      return {
        at: new Date(atMs).toISOString(),
        values: watched === null ? values : only(values, watched),
        limit: alarm.limit,
        beyond_s: lasting ? Math.round((atMs - sinceMs) / 1_000) : null,
        standing: atMs >= raisedAtMs && atMs < returnedAtMs,
        transitions: now.map((turn) => turn.transition),
      };
    });
  return {
    lines,
    summary: {
      condition: alarm.condition,
      room: alarm.room,
      device: alarm.device,
      priority: alarm.priority,
      limit: alarm.limit,
      unit: alarm.unit,
      delay_s: (settings?.delayMs ?? 0) / 1_000,
      hysteresis: settings?.hysteresis ?? 0,
      since: new Date(sinceMs).toISOString(),
      raised: new Date(raisedAtMs).toISOString(),
      returned: Number.isFinite(returnedAtMs) ? new Date(returnedAtMs).toISOString() : null,
      detail: alarm.detail,
      evidence: alarm.evidence ?? [],
    },
  };
}

function only(values: Values, watched: readonly Quantity[]): Values {
  const chosen: Values = {};
  for (const name of watched) if (values[name] !== undefined) chosen[name] = values[name];
  return chosen;
}

function sayFacts({ lines, summary }: ReturnType<typeof factsOf>, turns: readonly Turn[], timeZone: string): void {
  const language = terminalLanguage();
  const zh = language === "zh";
  const time = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium", timeZone });
  const { delay_s: delay, hysteresis, unit } = summary;
  for (const turn of turns) say(colours.bold(turn.message));
  for (const { text, weight } of summary.evidence) {
    say(`  ${Math.round(weight * 100)} %  ${text[zh ? "zh-CN" : "en"]}`);
  }
  say(
    zh
      ? `自 ${time.format(Date.parse(summary.since))} 起超限，延时 ${durationText(delay * 1_000)}，回差 ${quantityText(hysteresis, unit)}`
      : `beyond since ${time.format(Date.parse(summary.since))}; delay ${durationText(delay * 1_000)}, hysteresis ${quantityText(hysteresis, unit)}`,
  );
  say("");
  const shown = thinned(lines);
  const columns: Column<Line>[] = [
    { title: { zh: `时间 (${timeZone})`, en: `time (${timeZone})` }, text: ({ at }) => time.format(Date.parse(at)) },
    ...quantitiesIn(lines).map(
      (name): Column<Line> => ({
        title: { zh: name, en: name },
        text: ({ values }) => (values[name] === undefined ? "–" : quantityText(values[name], unitOf(name))),
        align: "right",
      }),
    ),
    {
      title: { zh: "限值", en: "limit" },
      text: ({ limit }) => (limit === null ? "–" : quantityText(limit, unit)),
      align: "right",
    },
    {
      title: { zh: "已超限", en: "beyond for" },
      text: ({ beyond_s: s }) => (s === null ? "–" : durationText(s * 1_000)),
      align: "right",
      colour: ({ standing }) => (standing ? colours.red : undefined),
    },
    { title: { zh: "变化", en: "what happened" }, text: ({ transitions }) => transitions.join(", ") },
  ];
  sayTable(shown, columns, language);
  if (shown.length < lines.length) {
    const all = zh
      ? `共 ${lines.length} 行，示出 ${shown.length} 行；--json 给出全部`
      : `${shown.length} of ${lines.length} rows; --json gives all`;
    say(colours.dim(all));
  }
}

/** Evenly, but every row at which something happened, or the run began, stays. */
function thinned(lines: readonly Line[]): Line[] {
  if (lines.length <= shownMost) return [...lines];
  const every = Math.ceil(lines.length / shownMost);
  return lines.filter(
    (line, at) =>
      at % every === 0 || line.transitions.length > 0 || (line.beyond_s === null) !== (lines[at - 1]?.beyond_s == null),
  );
}

function quantitiesIn(lines: readonly Line[]): Quantity[] {
  const names = new Set<Quantity>();
  for (const { values } of lines) for (const name in values) names.add(name as Quantity);
  return [...names];
}

const presentTurn = ({ atMs, transition, reason, message }: Turn) => ({
  at: new Date(atMs).toISOString(),
  transition,
  reason,
  message,
});
