import type { Command } from "commander";
import { wholeNumber } from "../arguments.ts";
import { type ClientOptions, withClientOptions } from "../client-options.ts";
import { registerDrills } from "../drills.ts";
import type { PreviewOptions } from "../notify-preview.ts";

interface WhoOptions {
  config: string;
  at?: string;
  rota?: string;
  json?: boolean;
}

export function registerNotify(program: Command): void {
  const notify = program
    .command("notify")
    .description("who is told: who is on duty, who was told what, a test")
    .addHelpText("after", "\nExample:\n  npx archive-sentry notify who-is-on");

  notify
    .command("who-is-on")
    .description("who is on duty by each rota of a site file, now or at any time")
    .option("--config <file>", "the site file", "site.yaml")
    .option("--at <time>", "at this time, RFC 3339; now unless given")
    .option("--rota <id>", "by this rota alone")
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry notify who-is-on --config site.yaml --at 2026-12-25T02:10:00+08:00",
    )
    .action(whoIsOn);

  withClientOptions(
    notify
      .command("log")
      .description("who was told what, when, through what, with the server's own reply; newest first"),
  )
    .option("--alarm <id>", "of this alarm")
    .option("--person <staff number>", "to this person")
    .option("--limit <n>", "lines at most", wholeNumber, 100)
    .addHelpText("after", "\nExample:\n  npx archive-sentry notify log --alarm 4711")
    .action(showLog);

  withClientOptions(
    notify
      .command("test")
      .description("send a marked test message to one person, the way of every message")
      .argument("<person>", "staff number"),
  )
    .option("--channel <name>", "through this channel; the person's first unless given")
    .option("--by <staff number>", "who asks for it; needed with the operator token, which belongs to no person")
    .addHelpText("after", "\nExample:\n  npx archive-sentry notify test 10231 --channel email --by 10405")
    .action(sendTest);

  withClientOptions(
    notify
      .command("preview")
      .description("what people would read and hear of an alarm, through every channel; sends nothing")
      .argument("[alarm]", "of a running instance; a made-up one unless given, which needs the site file alone"),
  )
    .option("--config <file>", "the site file", "site.yaml")
    .option("--condition <name>", "of a made-up alarm; smoke-alarm unless given")
    .option("--room <id>", "of a made-up alarm; the first unless given")
    .option("--transition <name>", "raised, returned or acknowledged", "raised")
    .option("--drill", "as in an exercise")
    .option("--person <staff number>", "to whom; the first of people unless given")
    .option("--channel <name>", "through this channel alone")
    .option("--language <language>", "zh-CN or en; the site's unless given")
    .option("--html <file>", "write the mail as it is laid out into a file")
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry notify preview --condition smoke-alarm --room a-101 --html mail.html",
    )
    .action(async (alarm: string | undefined, options: PreviewOptions) => {
      await (await import("../notify-preview.ts")).preview(alarm, options);
    });

  registerDrills(notify);

  notify
    .command("templates")
    .description("the texts to submit to Alibaba Cloud and Tencent Cloud for approval")
    .option("--cloud <name>", "aliyun or tencent; both unless given")
    .option("--json", "one JSON object a line")
    .addHelpText("after", "\nExample:\n  npx archive-sentry notify templates --cloud aliyun")
    .action(templates);
}

async function templates(options: { cloud?: string; json?: boolean }): Promise<void> {
  const { SentryError } = await import("../../core/index.ts");
  const { sayTemplates, templateClouds } = await import("../sms-templates.ts");
  const clouds = templateClouds.filter((cloud) => options.cloud === undefined || cloud === options.cloud);
  if (clouds.length === 0) {
    throw new SentryError("usage", `--cloud: expected ${templateClouds.join(" or ")}, found ${options.cloud}`);
  }
  sayTemplates(clouds, { json: options.json ?? false });
}

async function whoIsOn(options: WhoOptions): Promise<void> {
  const { isoTime, SentryError } = await import("../../core/index.ts");
  const { dutiesAt, loadSite } = await import("../../site/index.ts");
  const { note, sayJson } = await import("../output.ts");
  const atMs = options.at === undefined ? Date.now() : Date.parse(options.at);
  if (Number.isNaN(atMs)) {
    throw new SentryError("usage", `--at: expected a time such as 2026-12-25T02:10:00+08:00, found ${options.at}`);
  }
  const { site, warnings } = loadSite(options.config, { nowMs: atMs });
  const duties = dutiesAt(site, atMs).filter(({ rota }) => options.rota === undefined || rota === options.rota);
  if (options.rota !== undefined && duties.length === 0) {
    throw new SentryError("usage", `--rota: expected one of telling.rotas, found ${options.rota}`);
  }
  if (options.json) return sayJson(duties.map((duty) => ({ at: isoTime(atMs), ...duty })));
  for (const warning of warnings.filter((text) => text.startsWith("telling."))) note(`${warning} (warning)`);
  (await import("../telling-tables.ts")).sayDuties(duties);
}

interface LogOptions extends ClientOptions {
  alarm?: string;
  person?: string;
  limit: number;
}

const longestPage = 1_000;

async function showLog(options: LogOptions): Promise<void> {
  const { createClient } = await import("../client.ts");
  const { tellingResponse } = await import("../../contract/index.ts");
  const { sayJson } = await import("../output.ts");
  const client = createClient(options);
  const { alarm, person } = options;
  const lines = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(longestPage, options.limit - lines.length);
    const page = await client.get("/api/v1/telling/log", { alarm, person, limit, cursor }, tellingResponse);
    lines.push(...page.log);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && lines.length < options.limit);
  if (options.json) sayJson(lines);
  else (await import("../telling-tables.ts")).sayTellings(lines);
}

async function sendTest(person: string, options: ClientOptions & { channel?: string; by?: string }): Promise<void> {
  const { createClient } = await import("../client.ts");
  const { tellingTestResponse } = await import("../../contract/index.ts");
  const { SentryError } = await import("../../core/index.ts");
  const { printable, say, sayJson } = await import("../output.ts");
  const { channel, by } = options;
  const answer = await createClient(options).post("/api/v1/telling/test", { person, channel, by }, tellingTestResponse);
  if (options.json) sayJson([{ person, ...answer }]);
  const what = `${person} ${answer.channel}: ${printable(answer.reply ?? "")}`;
  if (answer.state !== "delivered") throw new SentryError("send-failed", what);
  if (!options.json) say(what);
}
