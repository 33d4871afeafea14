import type { Command } from "commander";

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
