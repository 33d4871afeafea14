import { join } from "node:path";
import { type ComparedDay, compareHistory, logOf, openPastHistory } from "../../collector/index.ts";
import { SentryError } from "../../core/index.ts";
import { type Column, colours, note, sayJson, sayTable, terminalLanguage } from "../output.ts";
import { createProgress, type Progress } from "../progress.ts";
import { instantOf } from "./instants.ts";
import { type AsWhom, credentialsOf, type StoreOptions, siteOf, storeOf } from "./stores.ts";

export interface CheckArguments extends StoreOptions, AsWhom {
  data: string;
  from?: string;
  to?: string;
  all?: boolean;
  json?: boolean;
}

const dayMs = 86_400_000;
/** What has just been received may be on its way. */
const onItsWayMs = 60_000;
const defaultDays = 7;

const columns: readonly Column<ComparedDay>[] = [
  { title: { zh: "日期", en: "day" }, text: ({ day }) => day },
  { title: { zh: "设备", en: "device" }, text: ({ device }) => device },
  { title: { zh: "日志", en: "log" }, text: ({ log }) => String(log), align: "right" },
  { title: { zh: "日志缺失", en: "lost" }, text: ({ missing }) => String(missing), align: "right" },
  { title: { zh: "SQLite", en: "SQLite" }, text: ({ sqlite }) => String(sqlite), align: "right" },
  { title: { zh: "InfluxDB", en: "InfluxDB" }, text: ({ influx }) => String(influx), align: "right" },
  {
    title: { zh: "差异", en: "difference" },
    text: ({ sqlite, influx, differs }) => (differs ? String(influx - sqlite) : "–"),
    colour: ({ differs }) => (differs ? colours.red : colours.green),
    align: "right",
  },
];

export async function runCheck(options: CheckArguments): Promise<void> {
  const site = siteOf(options.config);
  const store = storeOf(site, options.store);
  const paths = { intake: join(options.data, "intake.db"), history: join(options.data, "history.db") };
  const nowMs = Date.now();
  const keptFromMs = nowMs - site.config.history.raw + dayMs;
  const range = {
    fromMs: nowMs - defaultDays * dayMs,
    toMs: nowMs - onItsWayMs,
    ...instantOf("--from", options.from, (fromMs) => ({ fromMs })),
    ...instantOf("--to", options.to, (toMs) => ({ toMs })),
  };
  const history = openPastHistory(paths.history);
  const rows: ComparedDay[] = [];
  let progress: Progress | null = null;
  const language = terminalLanguage();
  try {
    for await (const row of compareHistory({
      site,
      store,
      credentials: credentialsOf(options),
      history,
      log: logOf(paths, site),
      // Of what has outlived its retention here there is nothing left to compare with.
      fromMs: Math.max(range.fromMs, keptFromMs),
      toMs: range.toMs,
      onDay(done, total) {
        progress ??= createProgress({ zh: "比对", en: "comparing" }[language], total);
        progress.update(done);
      },
    })) {
      if (options.json) sayJson([row]);
      rows.push(row);
    }
  } finally {
    endOf(progress);
    history.close();
  }
  const different = rows.filter(({ differs }) => differs);
  if (!options.json && (options.all || different.length > 0))
    sayTable(options.all ? rows : different, columns, language);
  const values = rows.reduce((sum, { sqlite }) => sum + sqlite, 0);
  note(
    {
      zh: `${rows.length} 个设备日,${values} 个值,${different.length} 处差异`,
      en: `${rows.length} days of devices, ${values} values, ${different.length} with a difference`,
    }[language],
  );
  if (different.length > 0) throw new SentryError("history-differs", `${store.name} differs: run history backfill`);
}

/** The bar is made within a callback. */
function endOf(progress: Progress | null): void {
  progress?.stop();
}
