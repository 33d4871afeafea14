import { type Command, Option } from "commander";
import { positivePort } from "../arguments.ts";

export interface UpOptions {
  config?: string;
  data: string;
  mqttPort?: number;
  httpPort?: number;
  sim: boolean;
  logFormat: "people" | "json";
}

export function registerUp(program: Command): void {
  program
    .command("up")
    .description("run everything in one process; without --config the sample hospital with simulated sensors")
    .option("--config <file>", "site file; without it the sample hospital runs")
    .option("--data <dir>", "folder for everything that is kept", "./sentry-data")
    .option("--mqtt-port <n>", "port of the first MQTT listener", positivePort)
    .option("--http-port <n>", "port of the HTTP interface", positivePort)
    .option("--no-sim", "run the sample hospital without its simulated sensors")
    .addOption(
      new Option("--log-format <format>", "lines for people, or JSON").choices(["people", "json"]).default("people"),
    )
    .addHelpText("after", "\nExample:\n  npx archive-sentry up --config site.yaml --data /var/lib/archive-sentry")
    .action(async (options: UpOptions) => {
      const { runUp } = await import("../run-up.ts");
      await runUp(options);
    });
}
