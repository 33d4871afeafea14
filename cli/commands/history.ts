import type { Command } from "commander";
import type { BackfillArguments } from "../history/backfill.ts";
import type { CheckArguments } from "../history/check.ts";
import type { ImportArguments } from "../history/import.ts";
import type { SetupOptions } from "../history/setup.ts";

export function registerHistory(program: Command): void {
  const history = program
    .command("history")
    .description("past readings, and the history in InfluxDB: set it up, fill it, compare it")
    .addHelpText("after", "\nExample:\n  npx archive-sentry history setup --config site.yaml");

  asWhom(ofStore(history.command("setup").description("make what an InfluxDB needs: done again, it changes nothing")))
    .option("--read-token-file <file>", "where to keep the token for reading; influx-read.token beside the site file")
    .option("--write-token-file <file>", "where to keep the token for writing; as the site file says unless given")
    .option("--dry-run", "say what would be done, and do nothing")
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry history setup --config site.yaml --token-file influx-admin.token",
    )
    .action(async (options: SetupOptions) => {
      const { setUp } = await import("../history/setup.ts");
      await setUp(options);
    });

  asWhom(
    ofStore(
      history.command("backfill").description("write the embedded history into an InfluxDB, beside a running instance"),
    ),
  )
    .option("--from <time>", "from this time on: RFC 3339, or how long ago, for example 30d")
    .option("--to <time>", "before this time: RFC 3339, or how long ago")
    .addHelpText("after", "\nExample:\n  npx archive-sentry history backfill --config site.yaml --store influx-v1")
    .action(async (options: BackfillArguments) => {
      const { runBackfill } = await import("../history/backfill.ts");
      await runBackfill(options);
    });

  asWhom(ofStore(history.command("check").description("compare log, embedded history and InfluxDB by device and day")))
    .option("--from <time>", "from this time on: RFC 3339, or how long ago; a week unless given")
    .option("--to <time>", "before this time: RFC 3339, or how long ago; a minute unless given")
    .option("--all", "the days without a difference too")
    .addHelpText("after", "\nExample:\n  npx archive-sentry history check --config site.yaml --from 30d")
    .action(async (options: CheckArguments) => {
      const { runCheck } = await import("../history/check.ts");
      await runCheck(options);
    });

  history
    .command("import")
    .description("enter past readings of one device on a person's word; the program must not be running")
    .argument("<csv...>", "files with a column time and columns of quantities")
    .requiredOption("--config <file>", "the site file")
    .requiredOption("--device <id>", "the device that they are of")
    .requiredOption("--by <staff number>", "who answers for them")
    .requiredOption("--comment <text>", "where they come from")
    .option("--map <pairs>", "columns of another name, for example time=采集时间,temperature_c=温度")
    .option("--tz <zone>", "time zone of times that state none, for example Asia/Shanghai")
    .option("--encoding <name>", "of the files; UTF-8 unless given, for example gbk")
    .option("--data <dir>", "the data folder", "sentry-data")
    .option("--json", "what was done as JSON")
    .addHelpText(
      "after",
      '\nExample:\n  npx archive-sentry history import 2024.csv --config site.yaml --device dev-7 --tz Asia/Shanghai --by 10231 --comment "logger of the old system"',
    )
    .action(async (files: string[], options: ImportArguments) => {
      const { runImport } = await import("../history/import.ts");
      await runImport(files, options);
    });
}

function ofStore(command: Command): Command {
  return command
    .option("--config <file>", "the site file")
    .option("--store <name>", "name of the store in the site file, where it has several")
    .option("--data <dir>", "the data folder", "sentry-data")
    .option("--json", "one JSON object a line");
}

function asWhom(command: Command): Command {
  return command
    .option("--username <name>", "an administrator of InfluxDB 1.x; the store's own user unless given")
    .option("--password-file <file>", "file with the administrator's password")
    .option("--token-file <file>", "file with an administrator's token of InfluxDB 2.x or 3.x");
}
