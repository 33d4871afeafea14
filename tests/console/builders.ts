import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { performanceOf } from "../../alerts/index.ts";
import {
  type ConsoleOptions,
  type ConsoleSource,
  createConsole,
  type StreamEvent,
  tokenHash,
} from "../../console/index.ts";
import type { AlarmView, DeviceView, JournalEntry, Reading, RoomView } from "../../contract/index.ts";
import { type Clock, type LogFields, type Logger, SentryError, systemClock } from "../../core/index.ts";
import { createSite, type Site, type SiteFile, siteSchema } from "../../site/index.ts";

export const operatorToken = "operator-token-of-the-tests";
/** Everybody's token is `token-<staff number>`. */
export const tokenOf = (person: string) => `token-${person}`;

export function aSite(file: Partial<SiteFile> = {}): Site {
  const config = siteSchema.parse({
    site: { id: "north", name: { zh: "北院", en: "North" } },
    buildings: [{ id: "a", name: { zh: "住院部", en: "Inpatients" } }],
    rooms: [
      { id: "a-101", building: "a", floor: 1, name: { zh: "住院病案一库", en: "Inpatient records 1" } },
      { id: "a-102", building: "a", floor: -1, name: { zh: "胶片库", en: "Film store" } },
    ],
    devices: [
      { id: "dev-1", room: "a-101", quantities: ["temperature_c"] },
      { id: "dev-2", room: "a-102", quantities: ["temperature_c"] },
    ],
    people: [
      { id: "10231", name: "王芳", category: "archivist" },
      { id: "20001", name: "李伟", category: "it" },
      { id: "30001", name: "赵强", category: "contractor" },
      {
        id: "40001",
        name: "陈静",
        category: "archivist",
        rights: [{ actions: ["read", "acknowledge"], rooms: ["a-102"] }],
      },
    ],
    ...file,
  });
  return createSite(config, { directory: tmpdir() });
}

export function aRoom(id: string, changes: Partial<RoomView> = {}): RoomView {
  return {
    id,
    name: { zh: "住院病案一库", en: "Inpatient records 1" },
    building: "a",
    floor: 1,
    plan: null,
    shortName: id,
    holdings: null,
    profile: "cn-paper",
    profileSource: "JGJ 25-2010; DA/T 87-2021 table 1",
    climateControl: "full",
    limits: { temperature_c: { low: 14, high: 24 } },
    limitsFrom: { temperature_c: "profile" },
    ownClimate: null,
    state: "ok",
    worstPriority: null,
    openAlarms: 0,
    devices: { alive: 1, total: 1 },
    current: { temperature_c: { value: 21.4, at: "2026-11-22T08:00:00.000Z", device: "dev-1" } },
    preservation: null,
    forecast: {},
    ...changes,
  };
}

export function anAlarm(changes: Partial<AlarmView> = {}): AlarmView {
  return {
    id: "k3v9",
    at: "2026-11-22T08:00:00.000Z",
    room: "a-101",
    device: "dev-1",
    condition: "temperature-high",
    priority: "high",
    state: "unacknowledged",
    value: 25.2,
    limit: 24,
    unit: "°C",
    messages: { "zh-CN": "温度过高", en: "Temperature high" },
    evidence: [],
    ...changes,
  };
}

export function aReading(changes: Partial<Reading> = {}): Reading {
  return {
    at: "2026-11-22T08:00:00.000Z",
    receivedAt: "2026-11-22T08:00:00.100Z",
    room: "a-101",
    device: "dev-1",
    quantity: "temperature_c",
    value: 21.4,
    session: "s1",
    seq: 1,
    flags: [],
    ...changes,
  };
}

export function aDevice(id: string, room: string): DeviceView {
  return {
    id,
    room,
    quantities: ["temperature_c"],
    intervalS: 60,
    online: true,
    lastSeenAt: null,
    lastSampleAt: null,
    samples: 3,
    sequenceGaps: 0,
    quarantined: 0,
    clockOffsetMs: null,
    late: false,
    batteryPct: null,
    rssiDbm: null,
    calibrationDue: null,
  };
}

export function anEntry(n: number, room: string): JournalEntry {
  return {
    n,
    id: "k3v9",
    at: "2026-11-22T08:00:00.000Z",
    recordedAt: "2026-11-22T08:00:00.100Z",
    room,
    device: "dev-1",
    condition: "temperature-high",
    transition: "raised",
    state: "unacknowledged",
    priority: "high",
    value: 25.2,
    limit: 24,
    unit: "°C",
    reason: "delay-elapsed",
    by: null,
    comment: null,
    messages: { "zh-CN": "温度过高", en: "Temperature high" },
  };
}

export interface FakeSource extends ConsoleSource {
  /** What it was asked for, in order. */
  asked: unknown[];
  emit(event: StreamEvent): void;
  listeners(): number;
}

/** A source in memory: two rooms, an alarm about each, and one that only people who log in may see. */
export function aSource(changes: Partial<ConsoleSource> = {}, site = aSite()): FakeSource {
  const listeners = new Set<(event: StreamEvent) => void>();
  const asked: unknown[] = [];
  const alarms = [
    anAlarm(),
    anAlarm({ id: "m2x4", room: "a-102", acknowledgedBy: "10231", state: "acknowledged" }),
    anAlarm({ id: "d0or", condition: "door-held-open" }),
  ];
  return {
    site: () => site,
    rooms: () => [aRoom("a-101"), aRoom("a-102")],
    devices: () => [aDevice("dev-1", "a-101"), aDevice("dev-2", "a-102")],
    readings(request) {
      asked.push(request);
      if (request.everyMs === undefined) {
        return { readings: [aReading(), aReading({ room: "a-102", device: "dev-2" })], next: "more" };
      }
      const mean = { min: 20, mean: 21, max: 22, count: 15 };
      return {
        buckets: [{ at: aReading().at, room: "a-101", device: "dev-1", quantity: "temperature_c", ...mean }],
        next: null,
      };
    },
    alarms: (request) => {
      asked.push(request);
      return { alarms, next: null };
    },
    journal: () => ({ journal: [anEntry(1, "a-101"), anEntry(2, "a-102")], next: null }),
    excursions: async () => [],
    async performance({ fromMs, toMs, sees }) {
      asked.push({ fromMs, toMs, rooms: ["a-101", "a-102"].filter(sees) });
      return performanceOf([], { fromMs, toMs });
    },
    quarantine: () => ({
      quarantine: [
        {
          id: 1,
          receivedAt: aReading().receivedAt,
          source: "broker",
          topic: "sentry/north/dev-1/telemetry",
          device: "dev-1",
          reason: "not JSON",
          payload: "ew==",
        },
      ],
      next: null,
    }),
    async command(command) {
      asked.push(command);
      const alarm = alarms.find(({ id }) => id === command.alarm);
      if (!alarm) return { ok: false, code: "not-found", reason: "it is gone" };
      if (command.do === "reset") return { ok: false, code: "state-conflict", reason: "the alarm is not latched" };
      return { ok: true, alarm: { ...alarm, state: "acknowledged", acknowledgedBy: command.by } };
    },
    alarmRoom: (id) => alarms.find((alarm) => alarm.id === id)?.room,
    health: () => ({ ready: true, version: "0.1.0", parts: { broker: { ready: true } } }),
    metrics: async () => ({ contentType: "text/plain; version=0.0.4", text: "sentry_up 1\n" }),
    async reload() {
      asked.push("reload");
      return { warnings: [] };
    },
    conditions: () => [],
    configuration: () => ({ site: { id: "north" } }),
    note: (deed) => void asked.push(deed),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    asked,
    emit: (event) => listeners.forEach((listener) => listener(event)),
    listeners: () => listeners.size,
    ...changes,
  };
}

export type RecordingLog = Logger & { lines: { event: string; fields: LogFields | undefined }[] };

export function recordingLog(): RecordingLog {
  const lines: { event: string; fields: LogFields | undefined }[] = [];
  const note = (event: string, fields?: LogFields) => void lines.push({ event, fields });
  return { lines, debug: note, info: note, warn: note, error: note };
}

/** Accounts in a folder of their own; links and what is put on record are kept for the test to see. */
export function aSignIn(changes: Partial<ConsoleOptions["signIn"]> = {}): ConsoleOptions["signIn"] {
  const folder = mkdtempSync(join(tmpdir(), "sentry-accounts-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return {
    path: join(folder, "accounts.db"),
    secretsKey: Buffer.alloc(32, 7),
    record: () => {},
    deliverLink: () => {},
    forgetLink: () => {},
    openIdSecret: () => null,
    ...changes,
  };
}

/** A console on a free port of 127.0.0.1, stopped when the test ends. */
export async function startConsole(
  options: {
    source?: ConsoleSource;
    clock?: Clock;
    log?: RecordingLog;
    host?: string;
    signIn?: ConsoleOptions["signIn"];
  } = {},
) {
  const source = options.source ?? aSource();
  const log = options.log ?? recordingLog();
  const tokens = new Map([...source.site().people.keys()].map((id) => [tokenHash(tokenOf(id)), id]));
  const running = createConsole({
    source,
    clock: options.clock ?? systemClock,
    log,
    host: options.host ?? "127.0.0.1",
    port: 0,
    operatorToken,
    tokens: () => tokens,
    signIn: options.signIn ?? aSignIn(),
    handoversPath: ":memory:",
    proposalsPath: ":memory:",
  });
  await running.start();
  onTestFinished(() => running.stop());
  const url = running.address()!.url;
  /** `token`: none unless given. */
  const ask = async (path: string, init: RequestInit & { token?: string; json?: unknown } = {}) => {
    const headers = new Headers(init.headers);
    if (init.token !== undefined) headers.set("authorization", `Bearer ${init.token}`);
    if (init.json !== undefined) headers.set("content-type", "application/json");
    const response = await fetch(`${url}${path}`, {
      method: init.json === undefined ? "GET" : "POST",
      ...init,
      headers,
      ...(init.json === undefined ? {} : { body: JSON.stringify(init.json) }),
    });
    const text = await response.text();
    const body: unknown = response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, body: body as Record<string, never> };
  };
  return { console: running, url, ask, tokens, log };
}

export const refusedReload = new SentryError(
  "config-invalid",
  "site.yaml is not usable:\nrooms: expected a list, found 3",
);

/** Waits for an observable fact. */
export async function until(fact: () => boolean, withinMs = 5_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!fact()) {
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${fact}`);
    await systemClock.sleep(5);
  }
}
