import { expect, test } from "vitest";
import { Engine, emptyState } from "../../alerts/index.ts";
import type { Values } from "../../contract/index.ts";
import { head, nowMs, read } from "../site/builder.ts";

const minute = 60_000;

const probe = `sources: [{ kind: probe, name: archive, check: { kind: http, url: "https://archive.example.org" } }]`;

/** What becomes of a probe's figures, one look after the other; a step a line. */
function journalOf(looks: { afterMs: number; values: Values }[], conditions = ""): string[] {
  const engine = new Engine(read(`${head}${probe}\n${conditions}`).site, emptyState());
  engine.step({ kind: "started", receivedAtMs: nowMs });
  return looks.flatMap(({ afterMs, values }) => {
    const receivedAtMs = nowMs + afterMs;
    const sample = { atMs: receivedAtMs, receivedAtMs, values, clockUntrusted: false, offsetMs: null, imported: false };
    const { transitions } = engine.step({ kind: "samples", receivedAtMs, device: "archive", samples: [sample] });
    return transitions.map(
      ({ alarm, transition }) =>
        `${afterMs / minute} ${alarm.condition} ${transition} ${alarm.priority} ${alarm.value}`,
    );
  });
}

const everyMinute = (list: Values[]) => list.map((values, n) => ({ afterMs: n * minute, values }));
const responses = (...list: number[]) => everyMinute(list.map((response_ms) => ({ response_ms })));
const certificates = (...list: number[]) => everyMinute(list.map((certificate_days) => ({ certificate_days })));
const backups = (...list: number[]) => everyMinute(list.map((backup_age_h) => ({ backup_age_h })));

test.each<[string, { afterMs: number; values: Values }[], string[]]>([
  ["slow for four minutes is not worth an alarm", responses(3_000, 3_000, 3_000, 3_000, 3_000, 100), []],
  ["at the limit is not slow", responses(...Array<number>(10).fill(2_000)), []],
  [
    "slow for five minutes is, until it is clearly quicker",
    responses(...Array<number>(7).fill(3_000), 1_900, 1_800),
    ["5 archive-system-slow raised medium 3000", "8 archive-system-slow returned medium 1800"],
  ],
  ["a backup of 26 hours is in time", backups(26), []],
  [
    "an older one is overdue until there is a new one",
    backups(26.1, 27, 0.5),
    ["0 archive-backup-overdue raised high 26.1", "2 archive-backup-overdue returned high 0.5"],
  ],
  ["a certificate of 30 days has time", certificates(30), []],
  [
    "a certificate is more urgent from 7 days on, and renewed is over",
    certificates(29.5, 7, 6.9, 3, 89),
    [
      "0 certificate-expiring raised medium 29.5",
      "2 certificate-expiring priority-changed high 6.9",
      "4 certificate-expiring returned high 89",
    ],
  ],
  ["one that has expired already is urgent at once", certificates(0), ["0 certificate-expiring raised high 0"]],
])("%s", (_, looks, journal) => expect(journalOf(looks)).toEqual(journal));

test("limits and priorities of the site file hold for systems, which are in no room", () => {
  const conditions =
    "conditions: { certificate-expiring: { limit: 14, priority: critical }, archive-backup-overdue: { enabled: false } }";
  const looks = [...certificates(20, 13, 5), { afterMs: 5 * minute, values: { backup_age_h: 99 } }];
  expect(journalOf(looks, conditions)).toEqual(["1 certificate-expiring raised critical 13"]);
});

test("a device in no room is judged by nothing else", () => {
  expect(journalOf([{ afterMs: 0, values: { temperature_c: 90, smoke_alarm: 1 } }])).toEqual([]);
});

test("a failing probe is an alarm of its device, with the reason, and goes with the device", () => {
  const state = emptyState();
  const engine = new Engine(read(`${head}${probe}`).site, state);
  engine.step({ kind: "started", receivedAtMs: nowMs });
  const figures = { value: null, limit: null, unit: null };
  const report = { condition: "archive-system-unreachable", subject: "archive", wrong: true, ...figures } as const;
  const { transitions } = engine.step({
    kind: "system",
    receivedAtMs: nowMs,
    report: { ...report, detail: "HTTP 503" },
  });
  expect(transitions).toMatchObject([
    { transition: "raised", alarm: { device: "archive", room: null, priority: "high", detail: "HTTP 503" } },
  ]);
  const without = new Engine(read(head).site, state);
  const after = without.step({ kind: "started", receivedAtMs: nowMs + minute });
  expect(after.transitions).toMatchObject([{ transition: "returned", reason: "removed-from-site" }]);
});
