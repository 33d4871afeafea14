import type { Command } from "commander";
import { positiveNumber } from "../arguments.ts";
import type { CheckAgainst, PushTo } from "../dashboards.ts";

interface BuildOptions {
  config?: string;
  out: string;
}

export function registerDashboards(program: Command): void {
  const dashboards = program
    .command("dashboards")
    .description("Grafana dashboards of a site: build them, check their queries, hand them to a Grafana")
    .addHelpText("after", "\nExample:\n  npx archive-sentry dashboards build --config site.yaml --out my-dashboards");

  withSite(dashboards.command("build").description("write the dashboards of a site, in English and Chinese"))
    .requiredOption("--out <dir>", "folder to write them to")
    .addHelpText("after", "\nExample:\n  npx archive-sentry dashboards build --config site.yaml --out my-dashboards")
    .action(async ({ config, out }: BuildOptions) => {
      const { buildInto } = await import("../dashboards.ts");
      await buildInto(out, config);
    });

  withSite(dashboards.command("check").description("run every query of every panel against an InfluxDB"))
    .option("--influx <url>", "the InfluxDB; that of the site file unless given")
    .option("--database <name>", "its database; that of the site file unless given")
    .option("--username <name>", "where it asks for one")
    .option("--password-file <file>", "file with the password, or with a token of InfluxDB 2.x or 3.x")
    .option("--range <length>", "look back so far, in place of what each dashboard opens with; for example 365d")
    .option("--longest <ms>", "no answer may take longer", positiveNumber, 300)
    .option("--allow-empty", "no rows are no fault: nothing of the kind has happened yet")
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry dashboards check --influx http://127.0.0.1:8086 --database archive",
    )
    .action(async (options: CheckAgainst) => {
      const { checkAgainst } = await import("../dashboards.ts");
      await checkAgainst(options);
    });

  withSite(dashboards.command("push").description("hand the dashboards to a Grafana, into a folder of their own"))
    .requiredOption("--grafana <url>", "address of the Grafana")
    .requiredOption("--token-file <file>", "file with the token of a service account that may edit dashboards")
    .option("--language <zh|en>", "one language only")
    .option("--folder <title>", "title of the folder; Archive Sentry and the site's name unless given")
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry dashboards push --config site.yaml --grafana http://127.0.0.1:3000 --token-file grafana.token",
    )
    .action(async (options: PushTo) => {
      const { pushTo } = await import("../dashboards.ts");
      await pushTo(options);
    });
}

function withSite(command: Command): Command {
  return command.option("--config <file>", "the site file; that of the sample hospital unless given");
}
