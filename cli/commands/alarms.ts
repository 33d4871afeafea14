import type { Command } from "commander";
import type { AlarmAction, JournalEntry } from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import { type ClientOptions, withClientOptions } from "../client-options.ts";

interface ListOptions extends ClientOptions {
  room?: string;
  all?: boolean;
  remedial?: boolean;
}

interface PerformanceOptions extends ClientOptions {
  room?: string;
  from?: string;
  to?: string;
}

interface ChangeOptions extends ClientOptions {
  by?: string;
  comment?: string;
  for?: string;
  owner?: string;
  measure?: string;
  due?: string;
}

export function registerAlarms(program: Command): void {
  const alarms = program
    .command("alarms")
    .description("see and answer alarms")
    .addHelpText("after", "\nExample:\n  npx archive-sentry alarms list");

  withClientOptions(alarms.command("list").description("open alarms"))
    .option("--room <id>", "of this room")
    .option("--all", "past alarms too")
    .option("--remedial", "those that have an owner, a measure and a date")
    .addHelpText("after", "\nExample:\n  npx archive-sentry alarms list --room a-101")
    .action(listAlarms);

  withClientOptions(
    alarms.command("performance").description("how well alarms serve: figures after EEMUA 191 and ISA-18.2"),
  )
    .option("--room <id>", "of this room")
    .option("--from <time>", "from this time on, RFC 3339; 30 days before the end unless given")
    .option("--to <time>", "before this time, RFC 3339; now unless given")
    .addHelpText("after", "\nExample:\n  npx archive-sentry alarms performance --from 2026-10-01T00:00:00+08:00")
    .action(sayFigures);

  withClientOptions(
    alarms.command("rationalise").description("alarms that served nobody, and the setting that would have spared them"),
  )
    .option("--room <id>", "of this room")
    .option("--from <time>", "from this time on, RFC 3339")
    .option("--to <time>", "before this time, RFC 3339")
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry alarms rationalise --from 2026-10-01T00:00:00+08:00\n\nWith --data and without --url it reads that data folder, and needs no running instance.",
    )
    .action(rationalise);

  change(alarms, "ack", "acknowledge: somebody has seen it and acts", { commentRequired: true });
  change(alarms, "comment", "add to what is known about it", { commentRequired: true });
  change(alarms, "shelve", "put it off for a while: it is not told, and comes back by itself", {
    commentRequired: true,
  });
  change(alarms, "unshelve", "bring a shelved alarm back before its time", { commentRequired: false });
  change(alarms, "remedy", "make it a remedial item: silent until it becomes worse or its date passes", {
    commentRequired: false,
  });
  change(alarms, "reset", "end a latched alarm once its cause is gone", { commentRequired: false });
}

async function listAlarms(options: ListOptions): Promise<void> {
  const { createClient } = await import("../client.ts");
  const { alarmsResponse } = await import("../../contract/index.ts");
  const { say, sayJson, terminalLanguage } = await import("../output.ts");
  const { sayAlarms, sayRemedialItems } = await import("../tables.ts");
  const client = createClient(options);
  const query = {
    room: options.room,
    state: options.remedial ? "remedial" : options.all ? "all" : "open",
    limit: 1_000,
  };
  let cursor: string | undefined;
  let seen = 0;
  do {
    const page = await client.get("/api/v1/alarms", { ...query, cursor }, alarmsResponse);
    seen += page.alarms.length;
    if (options.json) sayJson(page.alarms);
    else if (page.alarms.length > 0 && options.remedial) sayRemedialItems(page.alarms);
    else if (page.alarms.length > 0) sayAlarms(page.alarms);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  if (seen === 0 && !options.json) say(terminalLanguage() === "zh" ? "没有未结束的报警" : "no open alarms");
}

async function sayFigures(options: PerformanceOptions): Promise<void> {
  const { createClient } = await import("../client.ts");
  const { alarmPerformance } = await import("../../contract/index.ts");
  const { room, from, to } = options;
  const figures = await createClient(options).get("/api/v1/alarms/performance", { room, from, to }, alarmPerformance);
  if (options.json) (await import("../output.ts")).sayJson([figures]);
  else (await import("../performance-table.ts")).sayPerformance(figures);
}

/** Of a running instance, page by page; or of a data folder that is named without one. */
async function* journalOf(options: PerformanceOptions, offline: boolean): AsyncGenerator<JournalEntry> {
  const { room, from, to } = options;
  if (offline) {
    const { readPastJournal } = await import("../../app/index.ts");
    yield* readPastJournal(options.data, { room, fromMs: instantOf(from, "--from"), toMs: instantOf(to, "--to") });
    return;
  }
  const { createClient } = await import("../client.ts");
  const { journalResponse } = await import("../../contract/index.ts");
  const client = createClient(options);
  let cursor: string | undefined;
  do {
    const query = { room, from, to, limit: 10_000, cursor };
    const page = await client.get("/api/v1/alarms/journal", query, journalResponse);
    yield* page.journal;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

function instantOf(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const atMs = /([zZ]|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw new SentryError("usage", `${option}: expected an RFC 3339 time with Z or an offset, found ${text}`);
}

async function rationalise(options: PerformanceOptions, command: Command): Promise<void> {
  const { nuisancesOf } = await import("../rationalise.ts");
  const { say, sayJson, sayTable, terminalLanguage } = await import("../output.ts");
  const named = (option: string) => command.getOptionValueSource(option) === "cli";
  const entries = await Array.fromAsync(journalOf(options, named("data") && !named("url")));
  const nuisances = nuisancesOf(entries);
  if (options.json) return sayJson(nuisances);
  const language = terminalLanguage();
  const zh = language === "zh";
  if (nuisances.length === 0) {
    say(zh ? "没有无效报警" : "no alarm that served nobody");
    return;
  }
  const setting = (one: (typeof nuisances)[number]) => {
    if (one.setting === null) return zh ? "查明原因" : "find the cause";
    if (one.setting.delay_s !== undefined) return `delay: ${one.setting.delay_s}s`;
    if (one.setting.hysteresis !== undefined) return `hysteresis: ${one.setting.hysteresis}`;
    return zh ? "limit: 重新核定" : "limit: review it";
  };
  sayTable(
    nuisances,
    [
      { title: { zh: "报警", en: "condition" }, text: (one) => one.condition },
      { title: { zh: "库房", en: "room" }, text: (one) => one.room ?? "–" },
      { title: { zh: "设备", en: "device" }, text: (one) => one.device ?? "–" },
      { title: { zh: "次数", en: "raised" }, text: (one) => String(one.raised), align: "right" },
      { title: { zh: "不足 2 分钟", en: "under 2 min" }, text: (one) => String(one.shortLived), align: "right" },
      { title: { zh: "10 分钟内再报", en: "again in 10 min" }, text: (one) => String(one.again), align: "right" },
      { title: { zh: "无人确认", en: "unanswered" }, text: (one) => String(one.unanswered), align: "right" },
      { title: { zh: "可避免的设置", en: "would have spared it" }, text: setting },
    ],
    language,
  );
}

const moreInExample: Partial<Record<AlarmAction, string>> = {
  shelve: " --for 2h",
  remedy: ' --owner "Estates" --measure "seal the roof" --due 2027-01-31',
};

function change(alarms: Command, action: AlarmAction, description: string, needs: { commentRequired: boolean }): void {
  const command = withClientOptions(
    alarms.command(action).description(description).argument("<id...>", "of the alarms"),
  );
  command.option("--by <staff number>", "who does it; needed with the operator token, which belongs to no person");
  if (needs.commentRequired) command.requiredOption("--comment <text>", "what was found and done");
  else command.option("--comment <text>", "what was found and done");
  if (action === "shelve") command.requiredOption("--for <time>", "how long, such as 30m or 2h");
  if (action === "remedy") {
    command
      .requiredOption("--owner <who>", "who sees to it: a staff number or a department")
      .requiredOption("--measure <text>", "what is to be done")
      .requiredOption("--due <day>", "last day for it, such as 2027-01-31");
  }
  command
    .addHelpText(
      "after",
      `\nExample:\n  npx archive-sentry alarms ${action} 17${moreInExample[action] ?? ""} --by 10231 --comment "fan replaced, temperature falling"`,
    )
    .action(async (ids: string[], options: ChangeOptions) => {
      const { createClient } = await import("../client.ts");
      const { alarmView } = await import("../../contract/index.ts");
      const { sayJson } = await import("../output.ts");
      const { sayAlarms } = await import("../tables.ts");
      const client = createClient(options);
      const changed = [];
      for (const id of ids) {
        const { by, comment = "", for: time, owner, measure, due } = options;
        const body = { comment, by, for: time, owner, measure, due };
        const alarm = await client.post(`/api/v1/alarms/${encodeURIComponent(id)}/${action}`, body, alarmView);
        if (options.json) sayJson([alarm]);
        changed.push(alarm);
      }
      if (!options.json) sayAlarms(changed);
    });
}
