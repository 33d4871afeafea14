import { existsSync } from "node:fs";
import { openHistoryQueries } from "../collector/index.ts";
import { checkpointTopic } from "../contract/index.ts";
import { messageOf, SentryError } from "../core/index.ts";
import { loadSite } from "../site/index.ts";
import { type AccessPart, openAccessPart } from "./access/access.ts";
import { openRecordsPart } from "./access/records.ts";
import { openConsole } from "./console/open-console.ts";
import type { SetUpLink } from "./console/signing-in.ts";
import type { LoggedEvent } from "./engine/log-events.ts";
import { createOwnClimate } from "./engine/own-climate.ts";
import { enterCommand } from "./enter-command.ts";
import { createStoreFigures } from "./history/store-figures.ts";
import { createHousekeeping } from "./housekeeping.ts";
import { openLedgerPart } from "./ledger/ledger.ts";
import { needsRestart } from "./needs-restart.ts";
import { buildParts, type Parts } from "./parts.ts";
import type { Sentry, SentryOptions } from "./sentry.ts";
import type { SentryEvents } from "./sentry-events.ts";
import { createSiteHolder } from "./site-holder.ts";
import { createAnswering } from "./telling/answering.ts";
import { createProof } from "./telling/proof.ts";
import { listenerCertificates } from "./watched/listener-certificates.ts";
import { createSystemWatch } from "./watched/system-watch.ts";
import { watchedIn } from "./watched/watched.ts";

/** Builds every part of the program from a site and a folder, and starts and stops them in order. */
export function createSentry(options: SentryOptions): Sentry {
  const { data, clock, log } = options;
  const holder = createSiteHolder(options.adjust?.(options.site) ?? options.site, options.credentials);
  const site = holder.current;
  const listeners: Partial<SentryEvents>[] = [];
  /** What has been started, to be undone last in, first out. */
  const undo: (() => void | Promise<void>)[] = [];
  /** For those who begin to listen after the start. */
  const setUpLinks: SetUpLink[] = [];
  let parts: Parts | null = null;
  let accessPart: AccessPart | null = null;
  let stopping: Promise<void> | null = null;

  const startParts = async () => {
    data.keepReserve();
    const p = buildParts({ holder, data, clock, log, undo, listeners });
    parts = p;
    const event = (logged: LoggedEvent, origin: string) => p.gate.appendEvent(logged, origin);
    const ledger = openLedgerPart({
      data,
      site,
      intake: p.intake,
      journalAfter: (afterN, limit) => p.store.journal({ afterN, limit }),
      publish: (checkpoint) => p.broker.publish(checkpointTopic(site().id), checkpoint, { retain: true }),
      report(broken) {
        if (broken === null && !p.stands("ledger-broken", "ledger")) return;
        const detail = broken === null ? {} : { detail: broken };
        event(
          { event: "condition", condition: "ledger-broken", subject: "ledger", active: broken !== null, ...detail },
          "ledger",
        );
      },
      observe: (entry) => records.observe(entry),
      clock,
      log,
    });
    undo.push(() => ledger.stop());
    p.alongside.set("ledger", ledger);
    if (ledger.syslog) p.alongside.set("syslog", ledger.syslog);
    const report = (reported: LoggedEvent) => event(reported, "records");
    const raise = (reported: LoggedEvent) => event(reported, "access");
    const access = openAccessPart({ parts: p, ledger: ledger.ledger, data, site, report: raise, clock, log });
    accessPart = access;
    p.alongside.set("access", access);
    const { leaveFor } = access;
    const own = ledger.ledger;
    const records = openRecordsPart({ ledger: own, data, site, stands: p.stands, report, leaveFor, clock, log });
    undo.push(() => records.stop());
    undo.push(() => access.stop());
    if (ledger.ledger) p.intake.startAfter(Math.max(ledger.makeDurable(), access.makeDurable()));
    p.live.alarms.add(ledger.wake);
    event({ event: "started" }, "app");
    for (const follower of p.followers) follower.start();
    undo.push(async () => {
      await Promise.all(p.followers.map((follower) => follower.stop()));
      p.engineConsumer.flush();
    });
    p.telling.start();
    undo.push(() => p.telling.stop());
    p.rollUps.start();
    undo.push(() => p.rollUps.stop());
    const queries = openHistoryQueries({
      historyPath: data.file("history.db"),
      rollUpsPath: data.file("rollups.db"),
      site,
    });
    undo.push(() => queries.close());
    p.stores.start();
    undo.push(() => p.stores.stop());
    const ownClimate = createOwnClimate({
      site,
      buckets: queries.buckets,
      enter: (notice) => event({ event: "own-climate", ...notice }, "app"),
      clock,
      log,
    });
    undo.push(() => ownClimate.stop());
    reloaded = ownClimate.wake;
    const storeFigures = createStoreFigures({
      site,
      devices: p.views.devices,
      parts: p.partFigures,
      offer: p.stores.offer,
      clock,
    });
    storeFigures.start();
    undo.push(() => storeFigures.stop());
    undo.push(() => p.ticker.stop());
    await p.broker.start();
    undo.push(() => p.broker.stop());
    ledger.start();
    records.start();
    access.start();
    for (const source of p.sources) source.start();
    undo.push(async () => void (await Promise.all(p.sources.map((source) => source.stop()))));
    p.probes.start();
    undo.push(() => p.probes.stop());
    const proof = createProof({ parts: p, queries, data, checkpoint: ledger.newest, site, clock, log });
    const certificates = listenerCertificates(site, clock);
    const systemWatch = createSystemWatch({
      watched: () => [...watchedIn(p, data, site), ...proof.watched(), ...certificates],
      standsNow: p.stands,
      report: (report) => event(report, "watch"),
      clock,
    });
    systemWatch.start();
    undo.push(() => systemWatch.stop());
    proof.start();
    undo.push(() => proof.stop());
    const housekeeping = createHousekeeping({
      log: p.intake,
      history: p.history,
      rollUps: p.rollUps,
      readUpTo: () => Math.min(p.engineConsumer.committed(), ledger.makeDurable(), access.makeDurable()),
      pruneFigures: (beforeMs, limit) => p.store.pruneFigures(beforeMs, limit, p.stores.readUpTo("figures")),
      intakeFull: p.gate.full,
      site,
      clock,
      logger: log,
    });
    undo.push(() => housekeeping.stop());
    const answering = createAnswering({ parts: p, site, command: sentry.command, clock, log });
    answering.start();
    undo.push(() => answering.stop());
    const httpConsole = openConsole({
      parts: p,
      holder,
      data,
      queries,
      ledger,
      sources: {
        telling: p.telling.source,
        drills: proof.drills,
        reports: proof.reports,
        access: access.source,
        records: records.source,
        answers: answering.source,
      },
      configPath: options.configPath,
      command: sentry.command,
      reload: sentry.reload,
      raise: (reported) => event(reported, "console"),
      tell(link) {
        setUpLinks.push(link);
        for (const listener of listeners) listener.setUpLink?.(link);
      },
      clock,
      log,
    });
    invite = httpConsole.invite;
    httpAddress = () => httpConsole.address()?.url ?? "";
    await httpConsole.start();
    undo.push(() => httpConsole.stop());
  };
  let httpAddress: () => string = () => "";
  let invite: Sentry["invite"] = () => null;
  let reloaded = () => {};

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
    site,
    on(listener) {
      listeners.push(listener);
      for (const link of setUpLinks) listener.setUpLink?.(link);
    },
    command: (command) => enterCommand({ ...running(), clock }, command),
    async reload(author = { by: null, via: "signal" }) {
      const p = running();
      const path = options.configPath;
      if (path === undefined || !existsSync(path)) {
        throw new SentryError(
          "config-unreadable",
          "there is no site file to read again: it was started without --config",
        );
      }
      const { site: loaded, warnings } = loadSite(path, { nowMs: clock.nowMs() });
      const next = options.adjust?.(loaded) ?? loaded;
      const prepared = holder.prepare(next);
      if (next.id !== site().id) {
        throw new SentryError("config-invalid", `site.id: expected ${site().id} as at the start, found ${next.id}`);
      }
      const channels = p.channels.prepare(next);
      try {
        p.broker.reload(next, prepared.credentials);
      } catch (error) {
        channels.discard();
        throw error;
      }
      channels.apply();
      p.engineConsumer.prepareSite(next);
      prepared.apply();
      accessPart?.reload();
      p.probes.reload(next);
      p.gate.appendEvent({ event: "reloaded", ...author }, "app");
      reloaded();
      log.info("app.config.reloaded", { rooms: next.rooms.size, devices: next.devices.size });
      return { warnings: [...warnings, ...needsRestart(options.site, next)] };
    },
    invite: (person) => invite(person),
    giveBadge: (person, credential) => accessPart?.giveBadge(person, credential),
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
