import { constants, setPriority } from "node:os";
import { backfill } from "../../app/index.ts";
import { isoTime, type Logger, SentryError, silentLogger, systemClock } from "../../core/index.ts";
import { note, say, sayJson, terminalLanguage } from "../output.ts";
import { createProgress, type Progress } from "../progress.ts";
import { instantOf } from "./instants.ts";
import { type AsWhom, credentialsOf, type StoreOptions, siteOf, storeOf } from "./stores.ts";

export interface BackfillArguments extends StoreOptions, AsWhom {
  data: string;
  from?: string;
  to?: string;
  json?: boolean;
}

const words = {
  zh: {
    readings: "读数",
    coarse: "粗粒度序列",
    resumed: "从上次中断处继续",
    stopped: "已停止;再次运行同一命令将从此处继续",
    written: (count: number) => `已写入 ${count} 点`,
    made: "粗粒度序列已生成,图表将读取",
    "not-set-up": "没有粗粒度序列:请先运行 archive-sentry history setup",
    "needs-token": "粗粒度序列未生成:请用 --token-file 给出管理令牌",
    none: "该服务器没有粗粒度序列,图表读取原始读数",
    kept: (what: string, from: string) => `${what}自 ${from} 起写入,更早的未保留(history.figures)`,
    noneKept: (what: string) => `没有可写入的${what}`,
    figures: "库房指标与预测",
    visits: "出入记录",
    away: (reason: string) => `InfluxDB 无应答,继续尝试:${reason}`,
    back: "InfluxDB 已恢复应答",
  },
  en: {
    readings: "readings",
    coarse: "coarse series",
    resumed: "goes on where it was stopped",
    stopped: "stopped; the same command goes on from here",
    written: (count: number) => `${count} points written`,
    made: "the coarse series are made, and charts read them",
    "not-set-up": "there are no coarse series: run archive-sentry history setup",
    "needs-token": "the coarse series were not made: name an administrator's token with --token-file",
    none: "this server has no coarse series: charts read the readings",
    kept: (what: string, from: string) => `${what} from ${from} on: older ones are not kept (history.figures)`,
    noneKept: (what: string) => `there are no ${what} to be written`,
    figures: "figures and forecasts of rooms",
    visits: "visits",
    away: (reason: string) => `InfluxDB does not answer, trying on: ${reason}`,
    back: "InfluxDB answers again",
  },
};

export async function runBackfill(options: BackfillArguments): Promise<void> {
  const site = siteOf(options.config);
  const store = storeOf(site, options.store);
  const text = words[terminalLanguage()];
  // The instance beside it goes first.
  setPriority(constants.priority.PRIORITY_LOW);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  let bar: { phase: string; progress: Progress } | null = null;
  const log: Logger = {
    ...silentLogger,
    warn(event, fields) {
      if (event === "collector.store.lost") note(text.away(String(fields?.reason)));
    },
    info(event) {
      if (event === "collector.store.found") note(text.back);
    },
  };
  try {
    const result = await backfill({
      site,
      store,
      folder: options.data,
      ...instantOf("--from", options.from, (fromMs) => ({ fromMs })),
      ...instantOf("--to", options.to, (toMs) => ({ toMs })),
      credentials: credentialsOf(options),
      clock: systemClock,
      log,
      signal: stopping.signal,
      onProgress({ phase, done, total }) {
        if (bar?.phase !== phase) {
          bar?.progress.stop();
          bar = { phase, progress: createProgress(text[phase], total) };
        }
        bar.progress.update(done);
      },
    });
    endBar();
    if (options.json) sayJson([result]);
    else {
      if (result.resumed) note(text.resumed);
      say(text.written(result.written));
      for (const [what, fromMs] of [
        [text.figures, result.figuresFromMs],
        [text.visits, result.visitsFromMs],
      ] as const) {
        note(fromMs === null ? text.noneKept(what) : text.kept(what, isoTime(fromMs).slice(0, 10)));
      }
      note(result.stopped ? text.stopped : text[result.coarse]);
    }
    if (result.refused > 0) {
      throw new SentryError("store-refused", `${result.refused} points were refused and are not in ${store.name}`);
    }
    if (result.stopped) process.exitCode = 1;
  } finally {
    endBar();
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }

  function endBar(): void {
    bar?.progress.stop();
    bar = null;
  }
}
