import type { Command } from "commander";
import { type ClientOptions, withClientOptions } from "./client-options.ts";

interface StartOptions extends ClientOptions {
  room: string;
  for?: string;
  comment?: string;
  by?: string;
}

/** `notify drill`, `notify drills`, `notify end-drill`. */
export function registerDrills(notify: Command): void {
  withClientOptions(
    notify
      .command("drill")
      .description("an announced exercise: told like a real alarm, marked 演练 / EXERCISE everywhere")
      .argument("<scenario>", "smoke, leak, temperature or humidity"),
  )
    .requiredOption("--room <id>", "the room in which it is to be")
    .option("--for <time>", "it ends by itself after this, such as 20m; proof.drill_for unless given")
    .option("--comment <text>", "what is exercised, for the record")
    .option("--by <staff number>", "who begins it; needed with the operator token")
    .addHelpText("after", "\nExample:\n  npx archive-sentry notify drill smoke --room a-101 --for 20m --by 10405")
    .action(start);

  withClientOptions(
    notify.command("end-drill").description("end an exercise before its time").argument("<id>", "its id"),
  )
    .option("--by <staff number>", "who ends it; needed with the operator token")
    .addHelpText("after", "\nExample:\n  npx archive-sentry notify end-drill 7k3m9x2q --by 10405")
    .action(end);

  withClientOptions(
    notify.command("drills").description("the training record: exercises, who answered, after how long, through what"),
  )
    .option("--checks", "the weekly checks instead")
    .option("--csv", "as CSV, a line an exercise")
    .addHelpText("after", "\nExample:\n  npx archive-sentry notify drills --csv > drills.csv")
    .action(list);
}

async function start(scenario: string, options: StartOptions): Promise<void> {
  const { createClient } = await import("./client.ts");
  const { drillScenarios, drillView } = await import("../contract/index.ts");
  const { SentryError } = await import("../core/index.ts");
  if (!drillScenarios.some((each) => each === scenario)) {
    throw new SentryError("usage", `scenario: expected one of ${drillScenarios.join(", ")}, found ${scenario}`);
  }
  const { room, comment, by } = options;
  const body = { scenario, room, for: options.for, comment, by };
  const drill = await createClient(options).post("/api/v1/telling/drills", body, drillView);
  await show([drill], options);
}

async function end(id: string, options: ClientOptions & { by?: string }): Promise<void> {
  const { createClient } = await import("./client.ts");
  const { drillView } = await import("../contract/index.ts");
  const path = `/api/v1/telling/drills/${encodeURIComponent(id)}/end`;
  await show([await createClient(options).post(path, { by: options.by }, drillView)], options);
}

async function list(options: ClientOptions & { checks?: boolean; csv?: boolean }): Promise<void> {
  const { createClient } = await import("./client.ts");
  const { drillsResponse } = await import("../contract/index.ts");
  const query = { purpose: options.checks ? "check" : "drill", limit: 1_000 };
  const { drills } = await createClient(options).get("/api/v1/telling/drills", query, drillsResponse);
  await show(drills, options);
}

async function show(
  drills: readonly import("../contract/index.ts").DrillView[],
  options: ClientOptions & { csv?: boolean },
): Promise<void> {
  if (options.json) return (await import("./output.ts")).sayJson([...drills]);
  const tables = await import("./drill-tables.ts");
  if (options.csv) tables.sayDrillsCsv(drills);
  else tables.sayDrills(drills);
}
