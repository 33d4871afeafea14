import { onTestFinished } from "vitest";
import { grantView } from "../../contract/index.ts";
import type { Clock } from "../../core/index.ts";
import type { SiteFile } from "../../site/index.ts";
import type { TestClient } from "../broker/harness.ts";
import type { Chance } from "../random.ts";
import { aDevice, aHouse, type House, publish, type Running, siteFile, startSentry, telemetry } from "../sentry.ts";

/** A small archive and a week of what happens at its doors, from the wire and the API, on a clock that the test moves. */

const minuteMs = 60_000;
const reportEveryMs = 30 * minuteMs;
/** How long after something happened time passes slowly, and in what steps; and in what steps in quiet times. */
const watchedMs = 10_000;
const watchedStepMs = 200;
const quietStepMs = 5 * minuteMs;
/** Midnight of a Monday in Shanghai. */
const mondayMs = Date.parse("2026-11-02T00:00:00+08:00");
const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** `wed 13:00:05`, as the hospital's clocks show it. */
export function at(text: string): number {
  const [day = "", time = ""] = text.split(" ");
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  const names: readonly string[] = days;
  const index = names.indexOf(day);
  if (index === -1) throw new Error(`expected a day of the week, found ${day}`);
  return mondayMs + ((index * 24 + hours) * 60 + minutes) * minuteMs + seconds * 1_000;
}

export function weekday(time: number | string): string {
  const atMs = typeof time === "number" ? time : Date.parse(time);
  const seconds = Math.floor((atMs - mondayMs) / 1_000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${days[Math.floor(seconds / 86_400)]} ${two((seconds / 3_600) % 24)}:${two((seconds / 60) % 60)}`;
}

const file: SiteFile = {
  ...siteFile([], {
    rooms: [
      { id: "a-101", name: { zh: "病案一库", en: "Records 1" }, key_holder: "10231" },
      { id: "a-201", name: { zh: "特藏库", en: "Special collections" }, key_holder: "10231", deciders: ["10007"] },
      { id: "outdoor" },
    ],
    devices: [
      ...["1", "2"].flatMap((n) => [
        aDevice(`door-${n}`, { room: `a-${n}01`, quantities: ["door"], interval: "30m" }),
        aDevice(`reader-${n}`, { room: `a-${n}01`, quantities: ["tamper"], interval: "30m" }),
        aDevice(`air-${n}`, {
          room: `a-${n}01`,
          quantities: ["temperature_c", "relative_humidity_pct"],
          interval: "30m",
        }),
      ]),
      aDevice("air-out", { room: "outdoor", quantities: ["temperature_c", "relative_humidity_pct"], interval: "30m" }),
    ],
    doors: [
      { id: "d1", room: "a-101", contact: "door-1", reader: "reader-1" },
      { id: "d2", room: "a-201", contact: "door-2", reader: "reader-2" },
    ],
    people: [
      { id: "10007", name: "刘洋", category: "leader" },
      { id: "10231", name: "王芳", category: "archivist" },
      { id: "10244", name: "张伟", category: "archivist" },
      { id: "10405", name: "陈思远", category: "it" },
      { id: "10518", name: "赵海涛", category: "facilities" },
      { id: "10900", name: "Helen Moore", category: "auditor" },
    ],
  }),
  // An autumn's dry air is not what this week is about.
  // The silence between two reports is longer than clients usually keep.
  broker: {
    listeners: [{ kind: "tcp", port: 0 }],
    credentials_file: "credentials.csv",
    limits: { keep_alive_max: "2h" },
  },
  conditions: { "preservation-low": { enabled: false }, "mould-risk": { enabled: false } },
  records: {
    series: [
      { prefix: "BA-", class: "important" },
      { prefix: "HX-", class: "core" },
    ],
  },
  report: { letterhead: ["示范医院 档案科"] },
};

export interface Week {
  house: House;
  clock: Clock;
  running: Running & { stop(): Promise<void> };
  /** Runs what is asked while the clock goes on. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Lets the days pass up to then; every device reports, and what is in the script by then happens. */
  until(text: string): Promise<void>;
  /** A request to the API that is expected to be answered with this status. */
  ask(path: string, body: object, status?: number): Promise<unknown>;
  /** Asks for leave in the name of `by` and has it decided; returns the grant. */
  leave(asked: Leave): Promise<string>;
  /** Restarts the program, as an update does. */
  restart(): Promise<void>;
}

export interface Leave {
  person: string;
  room: string;
  from: string;
  to: string;
  decidedBy: string;
  class?: string;
  records?: string[];
}

interface Message {
  atMs: number;
  device: string;
  topic: string;
  payload: Record<string, unknown>;
}

/** A clock that jumps: what was due on the way rings once, late, as on a machine that was busy. */
function jumpingClock(startMs: number): Clock & { jump(byMs: number): void } {
  let elapsedMs = 0;
  let order = 0;
  const pending = new Map<number, { dueMs: number; periodMs: number | null; callback: () => void }>();
  const add = (delayMs: number, callback: () => void, periodMs: number | null) => {
    const id = order++;
    pending.set(id, { dueMs: elapsedMs + delayMs, periodMs, callback });
    return { cancel: () => void pending.delete(id) };
  };
  const after = (delayMs: number, callback: () => void) => add(delayMs, callback, null);
  return {
    nowMs: () => startMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    after,
    every: (periodMs, callback) => add(periodMs, callback, periodMs),
    sleep: (delayMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const timer = after(delayMs, resolve);
        const end = () => {
          timer.cancel();
          resolve();
        };
        signal?.addEventListener("abort", end, { once: true });
      }),
    jump(byMs) {
      elapsedMs += byMs;
      const due = [...pending].filter(([, { dueMs }]) => dueMs <= elapsedMs);
      for (const [id, timer] of due.sort(([, a], [, b]) => a.dueMs - b.dueMs)) {
        if (!pending.has(id)) continue;
        if (timer.periodMs === null) pending.delete(id);
        else timer.dueMs = elapsedMs + timer.periodMs;
        timer.callback();
      }
    },
  };
}

/** Badges and doors of the week. `d1` belongs to a-101, `d2` to a-201. */
function scriptOf(): Message[] {
  const script: Message[] = [];
  const say = (atMs: number, device: string, channel: "badge" | "telemetry", payload: Record<string, unknown>) =>
    script.push({ atMs, device, topic: `sentry/north/${device}/${channel}`, payload });
  const badge = (n: string, person: string, direction: "in" | "out", atMs: number, decision = "granted") =>
    say(atMs, `reader-${n}`, "badge", { credential: badgeOf(person), direction, decision });
  const door = (n: string, atMs: number, openMs = 6_000) => {
    say(atMs, `door-${n}`, "telemetry", { door: "open" });
    say(atMs + openMs, `door-${n}`, "telemetry", { door: "closed" });
  };
  const goOut = (n: string, person: string, when: string) => {
    // Whoever goes out badges first, then opens.
    badge(n, person, "out", at(when));
    door(n, at(when) + 2_000);
  };
  const goIn = (n: string, person: string, when: string) => {
    badge(n, person, "in", at(when));
    door(n, at(when) + 2_000);
  };

  // Consultation, approved and used; the archivist is there too.
  goIn("1", "10231", "mon 09:55");
  goIn("1", "10405", "mon 10:00");
  goOut("1", "10405", "mon 10:40");
  goOut("1", "10231", "mon 10:45");
  // Nobody gave leave.
  goIn("1", "10518", "tue 11:00");
  goOut("1", "10518", "tue 11:07");
  // What the controller tells when it is back.
  goIn("2", "10244", "wed 13:10");
  goOut("2", "10244", "wed 13:50");
  goIn("2", "10231", "wed 14:05");
  goIn("2", "10244", "wed 14:20");
  goOut("2", "10231", "wed 14:40");
  goOut("2", "10244", "wed 16:00");
  // With a crowbar.
  door("1", at("thu 02:00"), 40_000);
  // Propped open with a trolley.
  badge("1", "10244", "in", at("thu 10:00"));
  door("1", at("thu 10:00:02"), 12 * minuteMs);
  goOut("1", "10244", "thu 10:20");
  // Water is heard at night.
  goIn("2", "10518", "fri 02:32");
  goOut("2", "10518", "fri 02:50");
  // Core records, by leave, but alone; then with the archivist.
  goIn("2", "10405", "fri 15:00");
  goOut("2", "10405", "fri 15:20");
  goIn("2", "10231", "fri 15:40");
  goIn("2", "10405", "fri 15:41");
  goOut("2", "10405", "fri 16:10");
  goOut("2", "10231", "fri 16:12");
  return script.sort((a, b) => a.atMs - b.atMs);
}

export const badgeOf = (person: string) => `04A2${person}`;

/** @param offline devices that reach nobody for a time, and tell afterwards in whatever order */
export async function aWeek(
  chance: Chance,
  options: { from: string; offline?: { devices: readonly string[]; from: string; to: string } },
): Promise<Week> {
  const { offline } = options;
  const house = aHouse(file);
  const clock = jumpingClock(at(options.from));
  const clients = new Map<string, TestClient>();
  const seqs = new Map<string, number>();
  const doors = new Map<string, unknown>();
  let remaining = scriptOf().filter(({ atMs }) => atMs >= at(options.from));
  let held: Message[] = [];
  let nextReportMs = clock.nowMs();

  async function during<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const finish = () => {
      done = true;
    };
    work.then(finish, finish);
    while (!done) {
      clock.jump(1);
      await turn();
    }
    return work;
  }
  const pass = async (toMs: number) => {
    const busyUntilMs = clock.nowMs() + watchedMs;
    while (clock.nowMs() < toMs) {
      const stepMs = clock.nowMs() < busyUntilMs ? watchedStepMs : quietStepMs;
      clock.jump(Math.min(stepMs, toMs - clock.nowMs()));
      await turn();
    }
  };
  let running = await during(startSentry(house, { clock }));
  onTestFinished(async () => {
    await Promise.all([...clients.values()].map((client) => client.endAsync(true)));
    await during(running.stop());
  });
  const send = async ({ device, topic, payload }: Omit<Message, "payload"> & { payload: unknown }) => {
    let client = clients.get(device);
    if (!client) {
      client = await running.connect(device, { keepalive: 7_200 });
      clients.set(device, client);
    }
    await publish(client, topic, payload);
  };
  const numbered = (message: Message): Message => {
    const seq = (seqs.get(message.device) ?? 0) + 1;
    seqs.set(message.device, seq);
    return { ...message, payload: { seq, session: "s1", at: message.atMs, ...message.payload } };
  };
  const isOffline = ({ device, atMs }: Message) =>
    (offline?.devices.includes(device) ?? false) && atMs >= at(offline!.from) && atMs < at(offline!.to);
  const reportsAt = (atMs: number): Message[] =>
    (file.devices ?? []).map(({ id }) => {
      const values = id.startsWith("door")
        ? { door: doors.get(id) ?? "closed" }
        : id.startsWith("reader")
          ? { tamper: false }
          : { temperature_c: id === "air-out" ? 8 : 19.5, relative_humidity_pct: 52 };
      return { atMs, device: id, topic: telemetry(id), payload: values };
    });
  const step = async (due: Message[]) => {
    for (const { device, payload } of due) if (payload.door !== undefined) doors.set(device, payload.door);
    const all = due.map(numbered);
    held.push(...all.filter(isOffline));
    await during(Promise.all(all.filter((message) => !isOffline(message)).map(send)));
  };
  const shuffled = <T>(list: readonly T[]): T[] => {
    const all = [...list];
    for (let n = all.length - 1; n > 0; n--) {
      const other = chance.between(0, n);
      [all[n], all[other]] = [all[other]!, all[n]!];
    }
    return all;
  };
  /** A contact tells its memory at once, a reader badge by badge; nothing is in order. */
  const tellHeld = async () => {
    const badges = held.filter(({ topic }) => topic.endsWith("/badge"));
    const memories = [...Map.groupBy(held, ({ topic }) => topic)].filter(([topic]) => !topic.endsWith("/badge"));
    const late = [
      ...badges,
      ...memories.map(([, all]) => ({ ...all[0]!, payload: shuffled(all).map(({ payload }) => payload) })),
    ];
    // The connections of before the outage are gone.
    for (const device of new Set(held.map((message) => message.device))) {
      await during(clients.get(device)?.endAsync(true) ?? Promise.resolve());
      clients.delete(device);
    }
    held = [];
    for (const message of shuffled(late)) await during(send(message));
  };

  const week: Week = {
    house,
    clock,
    get running() {
      return running;
    },
    during,
    async until(text) {
      const endMs = at(text);
      for (;;) {
        const backMs = offline && held.length > 0 ? at(offline.to) : Number.POSITIVE_INFINITY;
        const nextMs = Math.min(remaining[0]?.atMs ?? Number.POSITIVE_INFINITY, nextReportMs, backMs);
        if (nextMs > endMs) break;
        await pass(nextMs);
        if (backMs <= nextMs) await tellHeld();
        const due = remaining.filter(({ atMs }) => atMs <= nextMs);
        remaining = remaining.slice(due.length);
        for (const message of due) await step([message]);
        if (nextReportMs > nextMs) continue;
        nextReportMs += reportEveryMs;
        await step(reportsAt(nextMs));
      }
      await pass(endMs);
    },
    async ask(path, body, status = 200) {
      const response = await during(running.post(path, body));
      const answer: unknown = await during(response.json());
      if (response.status !== status) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
      return answer;
    },
    async leave({ person, room, from, to, decidedBy, ...about }) {
      const time = { from: new Date(at(from)).toISOString(), to: new Date(at(to)).toISOString() };
      const asked = { person: { id: person }, rooms: [room], purpose: "consultation", ...time, ...about, by: person };
      const { id } = grantView.parse(await week.ask("/api/v1/access/grants", asked));
      const decision = { decision: "approved", comment: "同意", by: decidedBy };
      await week.ask(`/api/v1/access/grants/${id}/decide`, decision);
      return id;
    },
    async restart() {
      await during(Promise.all([...clients.values()].map((client) => client.endAsync(true))));
      clients.clear();
      await during(running.stop());
      running = await during(startSentry(house, { clock }));
    },
  };
  for (const person of ["10231", "10244", "10405", "10518"]) {
    await week.ask("/api/v1/access/badges", { person: { id: person }, credential: badgeOf(person), by: "10405" });
  }
  return week;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
