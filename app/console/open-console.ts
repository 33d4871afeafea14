import type { CommandOutcome } from "../../alerts/index.ts";
import type { HistoryQueries } from "../../collector/index.ts";
import { type Console, type ConsoleSource, createConsole } from "../../console/index.ts";
import type { Clock, Logger } from "../../core/index.ts";
import type { DataFolder } from "../data-folder.ts";
import type { LoggedCommand, LoggedEvent } from "../engine/log-events.ts";
import { shownConfiguration } from "../ledger/configuration-changes.ts";
import type { LedgerPart } from "../ledger/ledger.ts";
import type { Parts } from "../parts.ts";
import { createRegisters } from "../reports/registers.ts";
import { samplePath } from "../sample/sample-path.ts";
import type { SiteHolder } from "../site-holder.ts";
import { createConsoleSource } from "./console-source.ts";
import { createSettings } from "./settings.ts";
import { createSigningIn, type SetUpLink } from "./signing-in.ts";
import { createTrail } from "./trail.ts";

/** The HTTP interface over all the other parts, with who may sign in to it. */
export function openConsole(options: {
  parts: Parts;
  holder: SiteHolder;
  data: DataFolder;
  queries: HistoryQueries;
  ledger: LedgerPart;
  sources: Pick<ConsoleSource, "telling" | "drills" | "reports" | "access" | "records" | "answers">;
  command: (command: LoggedCommand) => Promise<CommandOutcome>;
  reload: ConsoleSource["reload"];
  raise: (event: LoggedEvent) => void;
  tell: (link: SetUpLink) => void;
  /** Of the site file, where the program has one of its own. */
  configPath: string | undefined;
  clock: Clock;
  log: Logger;
}): Console {
  const { parts: p, holder, data, ledger, clock, log } = options;
  const site = holder.current;
  const signingIn = createSigningIn({
    data,
    site,
    ledger: ledger.ledger,
    raise: options.raise,
    address: () => httpConsole.address()?.url ?? "",
    tell: options.tell,
    clock,
    log,
  });
  const httpConsole = createConsole({
    signIn: signingIn.signIn,
    handoversPath: data.file("handovers.db"),
    proposalsPath: data.file("proposals.db"),
    source: createConsoleSource({
      ...options.sources,
      note: signingIn.note,
      trail: ledger.ledger ? createTrail(ledger.ledger, clock) : undefined,
      settings:
        options.configPath === undefined
          ? undefined
          : createSettings({
              path: options.configPath,
              site,
              addresses: () => p.broker.addresses().map(({ kind, port }) => ({ kind, port })),
              reload: options.reload,
              clock,
            }),
      register: createRegisters({ config: options.configPath ?? samplePath, data: data.path }),
      configuration: () => shownConfiguration(site()),
      site,
      views: p.views,
      queries: options.queries,
      store: p.store,
      live: p.live,
      command: async (command) => {
        const outcome = await options.command(command);
        if (!outcome.ok) return outcome;
        return { ok: true, alarm: p.views.present(outcome.alarm) };
      },
      health: p.health,
      metrics: p.figures.scrape,
      reload: options.reload,
      ledger: ledger.source,
      clock,
    }),
    clock,
    log,
    host: site().config.console.host,
    port: site().config.console.port,
    operatorToken: data.operatorToken(),
    tokens: holder.tokens,
  });
  return httpConsole;
}
