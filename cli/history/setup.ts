import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { openPastHistory, type SetupKind, type SetupStep, setUpStore } from "../../collector/index.ts";
import { systemClock } from "../../core/index.ts";
import { type Column, colours, note, sayJson, sayTable, terminalLanguage } from "../output.ts";
import { type AsWhom, credentialsOf, type StoreOptions, siteOf, storeOf } from "./stores.ts";

export interface SetupOptions extends StoreOptions, AsWhom {
  data: string;
  readTokenFile?: string;
  writeTokenFile?: string;
  dryRun?: boolean;
  json?: boolean;
}

const kinds: Record<SetupKind, { zh: string; en: string }> = {
  database: { zh: "数据库", en: "database" },
  "retention-policy": { zh: "保留策略", en: "retention policy" },
  "continuous-query": { zh: "连续查询", en: "continuous query" },
  bucket: { zh: "存储桶", en: "bucket" },
  mapping: { zh: "映射", en: "mapping" },
  task: { zh: "任务", en: "task" },
  token: { zh: "令牌", en: "token" },
  marker: { zh: "图表使用", en: "used by charts" },
};
const outcomes: Record<SetupStep["outcome"], { zh: string; en: string; dry: { zh: string; en: string } }> = {
  created: { zh: "已创建", en: "created", dry: { zh: "将创建", en: "would be created" } },
  changed: { zh: "已更改", en: "changed", dry: { zh: "将更改", en: "would be changed" } },
  there: { zh: "已存在", en: "there already", dry: { zh: "已存在", en: "there already" } },
  kept: { zh: "保留原样", en: "kept as it is", dry: { zh: "保留原样", en: "kept as it is" } },
  later: { zh: "补录之后", en: "after a backfill", dry: { zh: "补录之后", en: "after a backfill" } },
};
const reasons: Record<NonNullable<SetupStep["because"]>, { zh: string; en: string }> = {
  "holds-data": { zh: "已有数据,继续使用", en: "it holds readings already and goes on doing so" },
  "past-missing": {
    zh: "以往数据尚无粗粒度序列:请运行 archive-sentry history backfill",
    en: "the coarse series lack the past: run archive-sentry history backfill",
  },
};

/** Days that the coarse series catch up by themselves. */
const ownReachMs = 86_400_000;

export async function setUp(options: SetupOptions): Promise<void> {
  const site = siteOf(options.config);
  const store = storeOf(site, options.store);
  const dryRun = options.dryRun ?? false;
  const steps: SetupStep[] = [];
  const language = terminalLanguage();
  for await (const step of setUpStore({
    site,
    store,
    credentials: credentialsOf(options),
    readTokenFile: resolve(options.readTokenFile ?? join(site.directory, "influx-read.token")),
    ...(options.writeTokenFile === undefined ? {} : { writeTokenFile: resolve(options.writeTokenFile) }),
    dryRun,
    hasPast: hasPast(options.data),
    clock: systemClock,
  })) {
    if (options.json) sayJson([{ ...step, dryRun }]);
    steps.push(step);
  }
  if (options.json) return;
  const columns: readonly Column<SetupStep>[] = [
    { title: { zh: "项目", en: "what" }, text: ({ kind }) => kinds[kind][language] },
    { title: { zh: "名称", en: "name" }, text: ({ name }) => name },
    {
      title: { zh: "结果", en: "result" },
      text({ outcome, because }) {
        const word = dryRun ? outcomes[outcome].dry[language] : outcomes[outcome][language];
        return because === undefined ? word : `${word} (${reasons[because][language]})`;
      },
      colour: ({ outcome }) =>
        outcome === "there" ? undefined : outcome === "kept" || outcome === "later" ? colours.yellow : colours.green,
    },
  ];
  sayTable(steps, columns, language);
  const done = steps.filter(({ outcome }) => outcome === "created" || outcome === "changed").length;
  note(
    dryRun
      ? { zh: `将处理 ${done} 项,未作更改`, en: `${done} to do, nothing was changed` }[language]
      : {
          zh: `已处理 ${done} 项,共 ${steps.length} 项`,
          en: `${done} of ${steps.length} done, the rest stays as it is`,
        }[language],
  );
}

/** Whether the embedded history goes back further than what is made from now on. */
function hasPast(data: string): boolean {
  const path = join(data, "history.db");
  if (!existsSync(path)) return false;
  const past = openPastHistory(path);
  try {
    const { firstAtMs } = past.span();
    return firstAtMs !== null && firstAtMs < Date.now() - ownReachMs;
  } finally {
    past.close();
  }
}
