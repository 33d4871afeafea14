import type { z } from "zod";
import type {
  AlarmPerformance,
  AlarmView,
  Bucket,
  CheckpointResponse,
  ConditionView,
  DeviceIssued,
  DeviceView,
  DrillScenario,
  DrillView,
  Excursion,
  HealthResponse,
  JournalEntry,
  Language,
  newDeviceBody,
  ProofResponse,
  QuarantineEntryView,
  Reading,
  RecordDeedBody,
  RecordEntry,
  Report,
  ReportSummary,
  RoomView,
  TellingEntry,
  TellingTestResponse,
  TrailKind,
  TrailResponse,
  Transition,
} from "../contract/index.ts";
import type { Site, SiteEdit } from "../site/index.ts";
import type { AccessSource } from "./access-port.ts";

/** What the console needs of the other parts; the composition root hands it in. */
export interface ConsoleSource {
  site(): Site;
  rooms(): RoomView[];
  devices(): DeviceView[];
  readings(request: ReadingsRequest): ReadingsPage;
  alarms(request: AlarmsRequest): { alarms: AlarmView[]; next: string | null };
  /** `sees`: rooms whose alarms count. */
  performance(request: PerformanceRequest): Promise<AlarmPerformance>;
  journal(request: JournalRequest): { journal: JournalEntry[]; next: string | null };
  excursions(request: { room: string; fromMs?: number; toMs?: number }): Promise<Excursion[]>;
  quarantine(request: QuarantineRequest): { quarantine: QuarantineEntryView[]; next: string | null };
  telling?: TellingSource | undefined;
  drills?: DrillSource | undefined;
  reports?: ReportsSource | undefined;
  /** Resolves once the outcome is on disk. */
  command(command: AlarmCommand): Promise<CommandAnswer>;
  /** What each condition means, and what to do first. */
  conditions(): ConditionView[];
  /** Room of an open alarm; `null` when it belongs to none, `undefined` when there is no such open alarm. */
  alarmRoom(id: string): string | null | undefined;
  ledger?: LedgerSource | undefined;
  answers?: AnswerSource | undefined;
  access?: AccessSource | undefined;
  records?: RecordsSource | undefined;
  health(): HealthResponse;
  metrics(): Promise<{ contentType: string; text: string }>;
  /** @throws SentryError `config-invalid`: the changed file was refused whole. */
  reload(author: { by: string | null; via: string }): Promise<{ warnings: string[] }>;
  /** Tells what has been committed from now on, until the returned function is called. */
  subscribe(listener: (event: StreamEvent) => void): () => void;
  trail?: TrailSource | undefined;
  settings?: SettingsSource | undefined;
  register?: RegisterSource | undefined;
  /** As it is in force, without anybody's name, address or number. */
  configuration(): Record<string, unknown>;
  /** Puts on record what a person did here that no other part records. */
  note(deed: Deed): void;
}

export type TrailSource = (query: {
  kind: TrailKind | undefined;
  /** Only what names this person. */
  person: string | undefined;
  /** Only refused log-ins and security events. */
  refused: boolean;
  limit: number;
  /** Index of an entry: what came before it. */
  before: number | undefined;
  by: string | null;
  via: string;
}) => TrailResponse;

/** Resolves with the file and its name. @throws SentryError `not-found`, `request-invalid` */
export type RegisterSource = (request: {
  room: string;
  month: string;
  format: "pdf" | "xlsx";
  language: "zh" | "en";
}) => Promise<{ name: string; content: Uint8Array }>;

/** The site file, where there is one that can be edited. */
export interface SettingsSource {
  /** What stands there; `undefined` where there is nothing. */
  read(path: readonly string[]): unknown;
  /** @throws SentryError `config-invalid` with every fault that the file would have */
  check(edits: readonly SiteEdit[]): void;
  apply(edits: readonly SiteEdit[], author: Author): Promise<{ warnings: string[] }>;
  addDevice(device: Omit<z.infer<typeof newDeviceBody>, "by">, author: Author): Promise<DeviceIssued>;
  rotatePassword(device: string, author: Author): Promise<DeviceIssued>;
}
interface Author {
  by: string;
  via: string;
}

export interface Deed {
  do: string;
  /** Staff number or administrator's account. */
  by: string | null;
  /** Whom it concerned. */
  about?: string;
  /** Which setting or device; nothing about anybody. */
  details?: string;
  via: string;
}

export interface LedgerSource {
  /** @throws SentryError `ledger-broken` */
  checkpoint(): CheckpointResponse;
  /** Of an entry, or of the tree of `from` entries. */
  proof(request: { index?: number; from?: number; size?: number; withEntry: boolean }): ProofResponse;
}

export interface RecordsSource {
  /** @throws SentryError `two-persons-required`, `not-authorised`, `state-conflict`, `request-invalid` */
  enter(deed: Omit<RecordDeedBody, "by"> & { by: string }): RecordEntry;
  /** Oldest first; that somebody reads it is entered first of all. */
  list(request: RecordsRequest): { records: RecordEntry[]; next: string | null };
}

export interface RecordsRequest {
  reference?: string | undefined;
  state: "out" | "overdue" | "all";
  fromMs?: number | undefined;
  toMs?: number | undefined;
  limit: number;
  cursor?: string | undefined;
  by: string | null;
  via: string;
}

/** Answers of people who are elsewhere: links and gateways. What may be done is said by the link or the secret alone. */
export interface AnswerSource {
  /** Changes nothing. */
  look(token: string): AnswerPage;
  /** Resolves once the outcome is on disk. */
  take(token: string, comment: string): Promise<AnswerPage>;
  /** @throws SentryError `not-found`, `not-authenticated`, `request-invalid`, `limit-reached` */
  callback(
    path: "sms" | "voice",
    request: {
      headers: Readonly<Record<string, string | undefined>>;
      contentType: string;
      body: Buffer;
      path: string;
      remoteAddress: string | undefined;
    },
  ): Promise<GatewayAnswer>;
}

export interface GatewayAnswer {
  contentType: string;
  body: string;
}

/** How a link stands, or what came of it. */
export interface AnswerPage {
  /** Other words mean that it was refused. */
  state: string;
  language: Language;
  person: { id: string; name: string } | null;
  alarmId: string | null;
  alarm: AlarmView | null;
  title: string | null;
  /** What must be read before anything else. */
  warning: string | null;
  comment: string;
  expiresAtMs: number | null;
  usedAtMs: number | null;
  /** Too many were refused of late. */
  isBusy: boolean;
}

export interface ReportsSource {
  list(request: { kind?: ReportSummary["kind"] | undefined; limit: number }): ReportSummary[];
  /** As it was made, else worked out now. @throws SentryError `request-invalid` */
  get(name: string): Promise<Report>;
  mail(name: string): Promise<{ name: string; recipients: number }>;
}

export interface DrillSource {
  /** Newest first. */
  list(request: { purpose: "drill" | "check"; limit: number; fromMs?: number; toMs?: number }): DrillView[];
  /** @throws SentryError `not-found`, `state-conflict`, `request-invalid` */
  start(request: {
    scenario: DrillScenario;
    room: string;
    forMs?: number | undefined;
    by: string;
    comment: string;
    via: string;
  }): Promise<DrillView>;
  end(request: { id: string; by: string; via: string }): Promise<DrillView>;
}

export interface TellingSource {
  /** Newest first. */
  log(request: TellingRequest): { log: TellingEntry[]; next: string | null };
  /** Resolves once the channel has answered. @throws SentryError `not-found`, `request-invalid` */
  test(request: { person: string; channel: string | undefined; by: string }): Promise<TellingTestResponse>;
}

export interface TellingRequest {
  alarm?: string | undefined;
  person?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

export interface ReadingsRequest {
  room?: string;
  device?: string;
  quantity?: string;
  fromMs?: number;
  toMs?: number;
  /** Buckets of this length instead of single readings. */
  everyMs?: number;
  limit: number;
  cursor?: string;
}
export type ReadingsPage = { readings: Reading[]; next: string | null } | { buckets: Bucket[]; next: string | null };

export interface AlarmsRequest {
  room?: string;
  state: "open" | "all" | "remedial";
  limit: number;
  cursor?: string;
}

export interface JournalRequest {
  room?: string;
  alarm?: string;
  fromMs?: number;
  toMs?: number;
  limit: number;
  cursor?: string;
}

export interface PerformanceRequest {
  fromMs: number;
  toMs: number;
  sees(room: string | null): boolean;
}

export interface QuarantineRequest {
  device?: string;
  limit: number;
  cursor?: string;
}

export interface AlarmCommand {
  do: "acknowledge" | "comment" | "reset" | "shelve" | "unshelve" | "remedy";
  alarm: string;
  /** Staff number. */
  by: string;
  comment: string;
  /** To shelve: for how long. */
  forMs?: number;
  /** To make it a remedial item: who sees to it, how, and until when. */
  remedy?: { owner: string; measure: string; dueMs: number };
  via: "api" | "cli" | "operator-token";
}
export type CommandAnswer =
  | { ok: true; alarm: AlarmView }
  | { ok: false; code: "not-found" | "state-conflict" | "request-invalid"; reason: string };

export type StreamEvent =
  | { kind: "reading"; readings: Reading[] }
  | { kind: "alarm"; transition: Transition; alarm: AlarmView }
  | { kind: "health"; health: HealthResponse };
