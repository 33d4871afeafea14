import type { Command } from "commander";
import { wholeNumber } from "../arguments.ts";
import { type ClientOptions, withClientOptions } from "../client-options.ts";

interface ShowOptions extends ClientOptions {
  out?: boolean;
  overdue?: boolean;
  from?: string;
  to?: string;
  limit: number;
  by?: string;
}

interface EnterOptions extends ClientOptions {
  scanner?: string;
  person: string;
  second?: string;
  room?: string;
  class?: string;
  grant?: string;
  visit?: string;
  due?: string;
  at?: string;
  comment?: string;
  by?: string;
}

/** `access records` and `access record`, beside what else `access` has. */
export function registerRecords(program: Command): void {
  const access =
    program.commands.find((command) => command.name() === "access") ??
    program
      .command("access")
      .description("who is where by whose leave, and what was done with records")
      .addHelpText("after", "\nExample:\n  npx archive-sentry access records BA-2026-0042 --by 10231");

  withClientOptions(
    access
      .command("records")
      .description("everything that ever happened to a record; without one, the latest of all")
      .argument("[reference]", "as it stands on the record"),
  )
    .option("--out", "what is on loan now")
    .option("--overdue", "what should be back by now")
    .option("--from <time>", "what happened from this time on, RFC 3339")
    .option("--to <time>", "what happened before this time, RFC 3339")
    .option("--limit <n>", "lines at most", wholeNumber, 100)
    .option("--by <staff number>", "who reads; needed with the operator token, which belongs to no person")
    .addHelpText("after", "\nExample:\n  npx archive-sentry access records BA-2026-0042 --by 10231")
    .action(showRecords);

  withClientOptions(
    access
      .command("record")
      .description("enter a deposit, storage-check, consultation, digitisation, loan or return")
      .argument("<action>", "deposit, storage-check, consultation, digitisation, loan or return")
      .argument("[reference]", "as it stands on the record; --scanner otherwise"),
  )
    .requiredOption("--person <staff number>", "who has the record in hand")
    .option("--second <staff number>", "the second person, whom a core record needs")
    .option("--scanner <device>", "take the barcode that this scanner has just read")
    .option("--room <id>", "where")
    .option("--class <class>", "ordinary, important or core; by its series unless given")
    .option("--grant <id>", "by this grant")
    .option("--visit <id>", "during this visit")
    .option("--due <time>", "of a loan: when it is to be back, RFC 3339")
    .option("--at <time>", "when it happened, RFC 3339; now unless given")
    .option("--comment <text>", "what is worth remembering")
    .option("--by <staff number>", "who enters it; needed with the operator token, which belongs to no person")
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry access record loan BA-2026-0042 --person 10244 --due 2026-12-01T17:00:00+08:00 --by 10231",
    )
    .action(enterRecord);
}

async function showRecords(reference: string | undefined, options: ShowOptions): Promise<void> {
  const { createClient } = await import("../client.ts");
  const { recordsResponse } = await import("../../contract/index.ts");
  const { sayRecords } = await import("../record-table.ts");
  const { sayJson } = await import("../output.ts");
  const { out, overdue, from, to, limit, by } = options;
  const client = createClient(options);
  const state = overdue ? "overdue" : out ? "out" : "all";
  const query = { reference, state, from, to, limit, by };
  const { records } = await client.get("/api/v1/access/records", query, recordsResponse);
  if (options.json) sayJson(records);
  else sayRecords(records);
}

async function enterRecord(action: string, reference: string | undefined, options: EnterOptions): Promise<void> {
  const { createClient } = await import("../client.ts");
  const { recordEntry } = await import("../../contract/index.ts");
  const { sayRecords } = await import("../record-table.ts");
  const { sayJson } = await import("../output.ts");
  const { url: _, data: __, tokenFile: ___, json, class: recordClass, ...deed } = options;
  const body = { action, reference, class: recordClass, ...deed };
  const entered = await createClient(options).post("/api/v1/access/records", body, recordEntry);
  if (json) sayJson([entered]);
  else sayRecords([entered]);
}
