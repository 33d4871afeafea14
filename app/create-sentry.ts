import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { alertsMigration, type CommandOutcome, createAlertStore, type JournalRow } from "../alerts/index.ts";
import { type Broker, type CredentialTable, createBroker, readCredentials } from "../broker/index.ts";
import {
  createMqttSource,
  createRollUps,
  type Follower,
  follow,
  type HistoryCommit,
  openHistoryQueries,
  openIntakeLog,
  openSqliteHistory,
} from "../collector/index.ts";
import { createConsole, tokenHash } from "../console/index.ts";
import { alarmsTopic, deviceTopic } from "../contract/index.ts";
import { type Clock, type Logger, messageOf, openDatabase, SentryError } from "../core/index.ts";
import { createDelivery, enqueue, outboxMigration, type Told } from "../notify/index.ts";
import { loadSite, readSecret, type Site } from "../site/index.ts";
import { openChannels } from "./channels.ts";
import { createConsoleSource, type LiveEvents } from "./console-source.ts";
import type { DataFolder } from "./data-folder.ts";
import { createEngineConsumer } from "./engine-consumer.ts";
import { createHealth } from "./health.ts";
import { createHousekeeping } from "./housekeeping.ts";
import { createIntakeGate } from "./intake-gate.ts";
import type { LoggedCommand, LoggedEvent } from "./log-events.ts";
import { createFigures } from "./metrics.ts";
import { noticeOf } from "./notices.ts";
import { openStores } from "./stores.ts";
import { createSystemWatch, type Watched } from "./system-watch.ts";
import { createTicker } from "./ticker.ts";
import { createViews } from "./views.ts";

export interface SentryOptions {
  site: Site;
  /** Where the site file is, for a reload; none for the sample hospital. */
  configPath?: string;
  data: DataFolder;
  clock: Clock;
  log: Logger;
  /** In place of the site's `broker.credentials_file`. */
  credentials?: CredentialTable;
}

export interface Sentry {
  start(): Promise<void>;
  /** Undoes in reverse what was started; idempotent, also after half a start. */
  stop(): Promise<void>;
  addresses(): { mqtt: { kind: string; host: string; port: number }[]; http: string; data: string };
  /** What people at the terminal want to see as it happens. */
  on(listener: Partial<SentryEvents>): void;
  command(command: LoggedCommand): Promise<CommandOutcome>;
  /** Takes the changed site file, or refuses it whole. */
  reload(): Promise<{ warnings: string[] }>;
  /** True when the history has never held a sample. */
  historyEmpty(): boolean;
  importSamples: ReturnType<typeof openSqliteHistory>["importSamples"];
  /** Resolves when everything that is in the log now has been evaluated and stored. */
  settled(): Promise<void>;
}

export interface SentryEvents {
  alarm(row: JournalRow): void;
  stored(commit: HistoryCommit): void;
  told(told: Told): void;
}

/** Builds every part of the program from a site and a folder, and starts and stops them in order. */
export function createSentry(options: SentryOptions): Sentry {
  const { data, clock, log } = options;
  let site = options.site;
  let tokens = tokensOf(site);
  const listeners: Partial<SentryEvents>[] = [];
  /** What has been started, to be undone last in, first out. */
  const undo: (() => void | Promise<void>)[] = [];
  let parts: ReturnType<typeof build> | null = null;
  let stopping: Promise<void> | null = null;

  const credentialsOf = (of: Site): CredentialTable => {
    if (options.credentials) return options.credentials;
    const file = of.config.broker.credentials_file;
    return file === undefined ? new Map() : readCredentials(resolve(of.directory, file));
  };

  const build = () => {
    const intake = openIntakeLog(data.file("intake.db"), { clock, maxBytes: site.config.limits.intake_size });
    undo.push(() => intake.close());
    const history = openSqliteHistory(data.file("history.db"), () => site);
    undo.push(() => history.close());
    const stateDb = openDatabase(data.file("state.db"), { migrations: [alertsMigration, outboxMigration] });
    undo.push(() => stateDb.close());
    const store = createAlertStore(stateDb);
    const live: LiveEvents = { alarms: new Set(), stored: new Set() };

    const engineConsumer = createEngineConsumer({
      store,
      site,
      clock,
      log,
      alsoCommit: (rows) => {
        for (const row of rows) enqueue(stateDb, noticeOf(row), site);
      },
      onCommitted: (rows) => alarmsCommitted(rows),
    });
    const gate = createIntakeGate({
      log: intake,
      clock,
      logger: log,
      observe: (entry) => engineConsumer.observe(entry),
      onFull: () => {
        if (data.releaseReserve()) log.warn("app.reserve.released");
      },
    });
    const channels = openChannels({ site: () => site, data, log });
    undo.push(() => channels.close());
    const delivery = createDelivery({
      db: stateDb,
      site: () => site,
      channels: channels.current,
      clock,
      log,
      onDelivered: (told) => {
        for (const listener of listeners) listener.told?.(told);
      },
    });
    const views = createViews({
      site: () => site,
      engine: () => engineConsumer.engine,
      history,
      store,
      nowMs: () => clock.nowMs(),
    });
    const rollUps = createRollUps({
      historyPath: data.file("history.db"),
      path: data.file("rollups.db"),
      timeZone: site.timeZone,
      retention: {
        "1m": site.config.history.minute,
        "15m": site.config.history.quarter_hour,
        "1h": site.config.history.hour,
        "1d": site.config.history.day,
      },
      clock,
      log,
    });
    const broker: Broker = createBroker({
      site,
      clock,
      log,
      credentials: credentialsOf(site),
      append: ({ receivedAtMs, topic, payload }, done) =>
        gate.append({ kind: "message", receivedAtMs, origin: "broker", topic, payload }, done),
      onSecurityEvent: ({ kind, identity, device, address, detail }) =>
        gate.appendEvent(
          { event: "security", what: kind, subject: device ?? identity ?? address, detail: `${detail} (${address})` },
          "broker",
        ),
      retainedAtStart: retainedAtStart(),
    });
    const followers: Follower[] = [
      follow(
        intake,
        {
          name: "engine",
          gatherMs: 0,
          cursor: engineConsumer.cursor,
          apply(entries) {
            engineConsumer.apply(entries);
            ticker.arm();
          },
        },
        { clock, logger: log },
      ),
      follow(
        intake,
        {
          name: "history",
          gatherMs: 30,
          cursor: history.cursor,
          apply(entries) {
            const commit = history.apply(entries);
            figures.samples(commit.samples.length);
            figures.duplicates(commit.duplicates);
            figures.quarantined(commit.quarantined);
            for (const listener of live.stored) listener(commit);
            for (const listener of listeners) listener.stored?.(commit);
          },
        },
        { clock, logger: log },
      ),
    ];
    const stores = openStores({ site: () => site, history, store, data, clock, log });
    const ticker = createTicker({
      engine: () => engineConsumer.engine,
      clock,
      tick: () =>
        gate.append(
          { kind: "tick", receivedAtMs: clock.nowMs(), origin: "clock", topic: "tick", payload: Buffer.alloc(0) },
          () => {},
        ),
    });
    const sources = site.config.sources.map((config) =>
      createMqttSource({ config, site, clock, log, append: gate.append }),
    );
    const lags = () => ({
      ...Object.fromEntries(followers.map((follower, at) => [at === 0 ? "engine" : "history", follower.lag()])),
      ...stores.lags(),
    });
    const figures = createFigures({
      intakeHead: intake.head,
      intakeBytes: intake.sizeBytes,
      lags,
      brokerCounters: () => {
        const { refused, dropped, ...counts } = broker.stats();
        return { ...counts, ...prefixed("refused", refused), ...prefixed("dropped", dropped) };
      },
      openAlarms: () => {
        const counts = { critical: 0, high: 0, medium: 0, low: 0 };
        for (const alarm of engineConsumer.engine.state.alarms.values()) counts[alarm.priority] += 1;
        return counts;
      },
    });
    const health = createHealth({
      intakeFull: gate.full,
      consumers: () => ({ engine: engineConsumer.fault() ?? followers[0]!.fault(), history: followers[1]!.fault() }),
      stores: stores.faults,
      sources: () => Object.fromEntries(sources.map((source) => [source.name, source.fault()])),
    });

    function retainedAtStart(): { topic: string; payload: Buffer }[] {
      const retained: { topic: string; payload: Buffer }[] = [];
      for (const [device, { status }] of history.decoder.memories) {
        if (!status || !site.devices.has(device)) continue;
        const { state, session } = status;
        const topic = deviceTopic({ site: site.id, device, channel: "status" });
        retained.push({ topic, payload: Buffer.from(JSON.stringify({ state, session })) });
      }
      for (const room of site.rooms.keys()) {
        const payload = Buffer.from(JSON.stringify(views.alarmsPayload(room, clock.nowMs())));
        retained.push({ topic: alarmsTopic({ site: site.id, room }), payload });
      }
      return retained;
    }

    function alarmsCommitted(rows: JournalRow[]): void {
      delivery.wake();
      const rooms = new Set(rows.flatMap((row) => (row.room === null ? [] : [row.room])));
      for (const room of rooms) {
        const payload = JSON.stringify(views.alarmsPayload(room, clock.nowMs()));
        broker.publish(alarmsTopic({ site: site.id, room }), payload, { retain: true }).catch((error) => {
          log.warn("app.alarms-topic.unpublished", { room, error: messageOf(error) });
        });
      }
      for (const row of rows) {
        figures.transitions(row.condition, row.transition);
        for (const listener of live.alarms) listener(row);
        for (const listener of listeners) listener.alarm?.(row);
      }
    }

    return {
      intake,
      history,
      store,
      engineConsumer,
      gate,
      channels,
      delivery,
      views,
      rollUps,
      broker,
      followers,
      stores,
      ticker,
      sources,
      figures,
      health,
      live,
    };
  };

  const watchedNow = (p: ReturnType<typeof build>): Watched[] => {
    const { disk_free, intake_backlog } = site.config.limits;
    const gib = (bytes: number) => Math.round((bytes / 1024 ** 3) * 100) / 100;
    return [
      {
        condition: "disk-low",
        subject: "data",
        unit: "GiB",
        measure: () => {
          const free = data.freeBytes();
          return { wrong: free < disk_free || p.gate.full(), value: gib(free), limit: gib(disk_free) };
        },
      },
      ...p.followers.map((follower, at) => ({
        condition: "intake-backlog" as const,
        subject: at === 0 ? "engine" : "history",
        unit: null,
        measure: () => ({ wrong: follower.lag() > intake_backlog, value: follower.lag(), limit: intake_backlog }),
      })),
      ...p.stores.watched(),
    ];
  };

  const startParts = async () => {
    data.keepReserve();
    const p = build();
    parts = p;
    const event = (logged: LoggedEvent, origin: string) => p.gate.appendEvent(logged, origin);
    event({ event: "started" }, "app");
    for (const follower of p.followers) follower.start();
    undo.push(async () => {
      await Promise.all(p.followers.map((follower) => follower.stop()));
      p.engineConsumer.flush();
    });
    p.delivery.start();
    undo.push(() => p.delivery.stop());
    p.rollUps.start();
    undo.push(() => p.rollUps.stop());
    const queries = openHistoryQueries({
      historyPath: data.file("history.db"),
      rollUpsPath: data.file("rollups.db"),
      site: () => site,
    });
    undo.push(() => queries.close());
    p.stores.start();
    undo.push(() => p.stores.stop());
    undo.push(() => p.ticker.stop());
    await p.broker.start();
    undo.push(() => p.broker.stop());
    for (const source of p.sources) source.start();
    undo.push(async () => void (await Promise.all(p.sources.map((source) => source.stop()))));
    const systemWatch = createSystemWatch({
      watched: () => watchedNow(p),
      standsNow: (condition, subject) =>
        p.engineConsumer.engine.state.alarms.get(`${condition}|${subject}`)?.active ?? false,
      report: (report) => event(report, "watch"),
      clock,
    });
    systemWatch.start();
    undo.push(() => systemWatch.stop());
    const housekeeping = createHousekeeping({
      log: p.intake,
      history: p.history,
      rollUps: p.rollUps,
      readByAll: () => Math.min(p.engineConsumer.committed(), p.history.cursor()),
      site: () => site,
      clock,
      logger: log,
    });
    undo.push(() => housekeeping.stop());
    const httpConsole = createConsole({
      source: createConsoleSource({
        site: () => site,
        views: p.views,
        queries,
        store: p.store,
        live: p.live,
        command: async (command) => {
          const outcome = await sentry.command(command);
          if (!outcome.ok) return outcome;
          return { ok: true, alarm: p.views.present(outcome.alarm) };
        },
        health: p.health,
        metrics: p.figures.scrape,
        reload: () => sentry.reload(),
        clock,
      }),
      clock,
      log,
      host: site.config.console.host,
      port: site.config.console.port,
      operatorToken: data.operatorToken(),
      tokens: () => tokens,
    });
    await httpConsole.start();
    httpAddress = () => httpConsole.address()?.url ?? "";
    undo.push(() => httpConsole.stop());
  };
  let httpAddress: () => string = () => "";

  const sentry: Sentry = {
    async start() {
      try {
        await startParts();
      } catch (error) {
        await sentry.stop();
        throw error;
      }
    },
    stop() {
      stopping ??= (async () => {
        for (const step of undo.reverse()) {
          try {
            await step();
          } catch (error) {
            log.error("app.stop.failed", { error: messageOf(error) });
          }
        }
        data.unlock();
      })();
      return stopping;
    },
    addresses: () => ({ mqtt: parts?.broker.addresses() ?? [], http: httpAddress(), data: data.path }),
    on: (listener) => void listeners.push(listener),
    command(command) {
      const p = running();
      return new Promise((resolveOutcome, reject) => {
        const payload = Buffer.from(JSON.stringify(command));
        const entry = {
          kind: "command" as const,
          receivedAtMs: clock.nowMs(),
          origin: command.via,
          topic: command.do,
          payload,
        };
        p.gate.append(entry, (error, position) => {
          if (error) reject(error);
          else p.engineConsumer.outcomeAt(position).then(resolveOutcome, reject);
        });
      });
    },
    async reload() {
      const p = running();
      const path = options.configPath;
      if (path === undefined || !existsSync(path)) {
        throw new SentryError(
          "config-unreadable",
          "there is no site file to read again: it was started without --config",
        );
      }
      const { site: next, warnings } = loadSite(path, { nowMs: clock.nowMs() });
      const credentials = credentialsOf(next);
      const nextTokens = tokensOf(next);
      if (next.id !== site.id) {
        throw new SentryError("config-invalid", `site.id: expected ${site.id} as at the start, found ${next.id}`);
      }
      p.channels.reload(next);
      p.broker.reload(next, credentials);
      p.engineConsumer.prepareSite(next);
      site = next;
      tokens = nextTokens;
      p.gate.appendEvent({ event: "reloaded" }, "app");
      log.info("app.config.reloaded", { rooms: next.rooms.size, devices: next.devices.size });
      return { warnings: [...warnings, ...needsRestart(options.site, next)] };
    },
    historyEmpty: () => running().history.newestId() === 0,
    importSamples: (samples) => running().history.importSamples(samples),
    async settled() {
      const p = running();
      const head = p.intake.head();
      while (p.engineConsumer.cursor() < head || p.history.cursor() < head) await clock.sleep(5);
      p.engineConsumer.flush();
    },
  };

  const running = () => {
    if (!parts) throw new SentryError("internal", "not started");
    return parts;
  };
  return sentry;
}

/** Who holds which token, by the token's hash. */
function tokensOf(site: Site): ReadonlyMap<string, string> {
  const tokens = new Map<string, string>();
  for (const { id, token_file } of site.people.values()) {
    if (token_file !== undefined) tokens.set(tokenHash(readSecret(site, token_file)), id);
  }
  return tokens;
}

function prefixed(prefix: string, counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([key, value]) => [`${prefix}-${key}`, value]));
}

/** What a reload cannot change. */
function needsRestart(before: Site, after: Site): string[] {
  const keys = ["sources", "stores"] as const;
  const changed: string[] = keys.filter(
    (key) => JSON.stringify(before.config[key]) !== JSON.stringify(after.config[key]),
  );
  if (JSON.stringify(before.config.broker.listeners) !== JSON.stringify(after.config.broker.listeners)) {
    changed.push("broker.listeners");
  }
  return changed.map((key) => `${key}: takes effect at the next start`);
}
