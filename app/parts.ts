import { createAlertStore, isFlood, type JournalRow } from "../alerts/index.ts";
import { type Broker, createBroker } from "../broker/index.ts";
import {
  createConfidential,
  createMqttSource,
  createRollUps,
  type Follower,
  follow,
  openIntakeLog,
  openSqliteHistory,
  retentionOf,
} from "../collector/index.ts";
import { alarmsTopic, deviceTopic } from "../contract/index.ts";
import { type Clock, type Logger, messageOf, openDatabase } from "../core/index.ts";
import { outboxBacklog } from "../notify/index.ts";
import type { LiveEvents } from "./console/console-source.ts";
import { createViews } from "./console/views.ts";
import { type DataFolder, derivedKey } from "./data-folder.ts";
import { createEngineConsumer } from "./engine/engine-consumer.ts";
import { createHealth } from "./health.ts";
import { openStores } from "./history/stores.ts";
import { createIntakeGate } from "./intake-gate.ts";
import { createFigures } from "./metrics.ts";
import { createReadingsFor } from "./reports/readings-for.ts";
import type { SentryEvents } from "./sentry-events.ts";
import type { SiteHolder } from "./site-holder.ts";
import { stateMigrations } from "./state-migrations.ts";
import { openChannels } from "./telling/channels.ts";
import { createTelling } from "./telling/telling.ts";
import { createTicker } from "./ticker.ts";
import { openProbes } from "./watched/archive-systems.ts";
import { alarmFigures, createTellingFigures, openByPriority } from "./watched/system-figures.ts";

export interface PartsOptions {
  holder: SiteHolder;
  data: DataFolder;
  clock: Clock;
  log: Logger;
  /** What has been opened or started, to be undone last in, first out. */
  undo: (() => void | Promise<void>)[];
  listeners: readonly Partial<SentryEvents>[];
}

export type Parts = ReturnType<typeof buildParts>;

/**
 * Builds every part and ties them together; opens the files, starts nothing. What is opened is pushed on `undo`.
 * A reload exchanges the site in `holder`: whoever needs the one in force asks for it.
 */
export function buildParts(options: PartsOptions) {
  const { holder, data, clock, log, undo, listeners } = options;
  const site = holder.current;

  const intake = openIntakeLog(data.file("intake.db"), { clock, maxBytes: site().config.limits.intake_size });
  undo.push(() => intake.close());
  const history = openSqliteHistory(data.file("history.db"), site);
  undo.push(() => history.close());
  const stateDb = openDatabase(data.file("state.db"), { migrations: stateMigrations });
  undo.push(() => stateDb.close());
  const store = createAlertStore(stateDb);
  const live: LiveEvents = { alarms: new Set(), stored: new Set() };

  const engineConsumer = createEngineConsumer({
    store,
    site: site(),
    clock,
    log,
    alsoCommit: (rows) => telling.take(rows),
    onCommitted: (rows) => alarmsCommitted(rows),
  });
  intake.startAfter(Math.max(engineConsumer.committed(), history.cursor()));
  const gate = createIntakeGate({
    log: intake,
    confidential: createConfidential({
      credentials: derivedKey(data.secret("personal.key"), "credentials"),
      codes: derivedKey(data.secret("personal.key"), "codes"),
    }),
    clock,
    logger: log,
    observe(entry) {
      engineConsumer.observe(entry);
      ticker.arm();
    },
    onFull(disk) {
      if (disk && data.releaseReserve()) log.warn("app.reserve.released");
    },
    mayWrite: () => data.keepReserve(),
    onWritable: () => broker.intakeRecovered(),
  });
  undo.push(() => gate.stop());
  const past = createReadingsFor({ data, site, limitsOf: (room) => engineConsumer.engine.limitsOf(room) });
  undo.push(() => past.close());
  const channels = openChannels({ site, data, readingsFor: past.readingsFor, clock, log });
  undo.push(() => channels.close());
  const tellingFigures = createTellingFigures({ backlog: () => outboxBacklog(stateDb), nowMs: () => clock.nowMs() });
  const linkKey = derivedKey(data.secret("personal.key"), "answer-links");
  const telling = createTelling({
    instance: data.secret("instance.id"),
    linkKey,
    db: stateDb,
    site,
    channels: channels.current,
    readingsFor: past.readingsFor,
    isFlood: () => isFlood(engineConsumer.engine.state),
    drills: () => engineConsumer.engine.state.drills,
    stands: (condition, subject) => stands(condition, subject),
    clock,
    log,
    onDelivered: (told) => {
      tellingFigures.told(told);
      for (const listener of listeners) listener.told?.(told);
    },
  });
  const views = createViews({
    site,
    engine: () => engineConsumer.engine,
    history,
    store,
    nowMs: () => clock.nowMs(),
  });
  const rollUps = createRollUps({
    historyPath: data.file("history.db"),
    path: data.file("rollups.db"),
    timeZone: site().timeZone,
    retention: retentionOf(site().config.history),
    clock,
    log,
  });
  const broker: Broker = createBroker({
    site: site(),
    clock,
    log,
    credentials: holder.credentials(),
    append: ({ receivedAtMs, topic, payload }, done) =>
      gate.append({ kind: "message", receivedAtMs, origin: "broker", topic, payload }, done),
    onSecurityEvent: ({ kind, identity, device, address, detail }) =>
      gate.appendEvent(
        {
          event: "security",
          what: kind,
          subject: device ?? identity ?? address,
          from: address,
          detail: `${detail} (${address})`,
        },
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
  const stores = openStores({ site, history, store, data, clock, log });
  const ticker = createTicker({
    engine: () => engineConsumer.engine,
    clock,
    noticeStep: gate.noticeStep,
    tick: () =>
      gate.append(
        { kind: "tick", receivedAtMs: clock.nowMs(), origin: "clock", topic: "tick", payload: Buffer.alloc(0) },
        () => {},
      ),
  });
  const sources = site()
    .config.sources.filter((source) => source.kind === "mqtt")
    .map((config) => createMqttSource({ config, site: site(), clock, log, append: gate.append }));
  const stands = (condition: string, subject: string) =>
    engineConsumer.engine.state.alarms.get(`${condition}|${subject}`)?.active ?? false;
  const probes = openProbes({ site: site(), gate, stands, clock, log });
  /** Parts that read along and gate nothing: built after this one, told of in health and figures. */
  const alongside = new Map<string, { fault(): string | null; lag(): number }>();
  const lags = () => ({
    ...Object.fromEntries(followers.map((follower, at) => [at === 0 ? "engine" : "history", follower.lag()])),
    ...stores.lags(),
    ...Object.fromEntries([...alongside].map(([name, part]) => [name, part.lag()])),
  });
  const brokerCounters = () => {
    const { refused, dropped, ...counts } = broker.stats();
    return { ...counts, ...prefixed("refused", refused), ...prefixed("dropped", dropped) };
  };
  const figures = createFigures({
    intakeHead: intake.head,
    intakeBytes: intake.sizeBytes,
    lags,
    brokerCounters,
    openAlarms: () => openByPriority(engineConsumer.engine.state),
    alarmFlood: () => isFlood(engineConsumer.engine.state),
    ready: () => Object.fromEntries(Object.entries(health().parts).map(([name, part]) => [name, Number(part.ready)])),
  });
  const health = createHealth({
    intakeFull: gate.full,
    consumers: () => ({ engine: engineConsumer.fault() ?? followers[0]!.fault(), history: followers[1]!.fault() }),
    stores: stores.faults,
    sources: () => ({
      ...Object.fromEntries(sources.map((source) => [source.name, source.fault()])),
      ...Object.fromEntries([...alongside].map(([name, part]) => [name, part.fault()])),
    }),
  });

  function retainedAtStart(): { topic: string; payload: Buffer }[] {
    const retained: { topic: string; payload: Buffer }[] = [];
    for (const [device, { status }] of history.decoder.memories) {
      if (!status || !site().devices.has(device)) continue;
      const { state, session } = status;
      const topic = deviceTopic({ site: site().id, device, channel: "status" });
      retained.push({ topic, payload: Buffer.from(JSON.stringify({ state, session })) });
    }
    for (const room of site().rooms.keys()) {
      const payload = Buffer.from(JSON.stringify(views.alarmsPayload(room, clock.nowMs())));
      retained.push({ topic: alarmsTopic({ site: site().id, room }), payload });
    }
    return retained;
  }

  function alarmsCommitted(rows: JournalRow[]): void {
    telling.wake();
    const rooms = new Set(rows.flatMap((row) => (row.room === null ? [] : [row.room])));
    for (const room of rooms) {
      const payload = JSON.stringify(views.alarmsPayload(room, clock.nowMs()));
      broker.publish(alarmsTopic({ site: site().id, room }), payload, { retain: true }).catch((error) => {
        log.warn("app.alarms-topic.unpublished", { room, error: messageOf(error) });
      });
    }
    for (const row of rows) {
      if (row.drill === null) figures.transitions(row.condition, row.transition);
      for (const listener of live.alarms) listener(row);
      for (const listener of listeners) listener.alarm?.(row);
    }
  }

  const partFigures = () => ({
    intake: { head: intake.head(), bytes: intake.sizeBytes() },
    broker: brokerCounters(),
    alarms: alarmFigures(engineConsumer.engine.state),
    notify: tellingFigures.figures(),
    ...Object.fromEntries(Object.entries(lags()).map(([part, lag]) => [part, { lag, ...stores.written(part) }])),
  });

  return {
    intake,
    stateDb,
    linkKey,
    partFigures,
    history,
    store,
    engineConsumer,
    gate,
    channels,
    telling,
    views,
    alongside,
    rollUps,
    broker,
    followers,
    stores,
    ticker,
    sources,
    probes,
    stands,
    figures,
    health,
    live,
  };
}

function prefixed(prefix: string, counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).map(([key, value]) => [`${prefix}_${key.replaceAll("-", "_")}`, value]),
  );
}
