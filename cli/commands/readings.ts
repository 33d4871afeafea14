import { type Command, InvalidArgumentError } from "commander";
import { type ClientOptions, withClientOptions } from "../client-options.ts";

interface ReadingsOptions extends ClientOptions {
  room?: string;
  device?: string;
  quantity?: string;
  from?: string;
  to?: string;
  every?: string;
  limit: number;
  all?: boolean;
}

const largestPage = 10_000;

export function registerReadings(program: Command): void {
  withClientOptions(program.command("readings").description("what was measured, oldest first"))
    .option("--room <id>", "of this room")
    .option("--device <id>", "of this device")
    .option("--quantity <name>", "of this quantity, for example temperature_c")
    .option("--from <time>", "from this time on: RFC 3339, or how long ago, for example 2h")
    .option("--to <time>", "before this time: RFC 3339, or how long ago")
    .option("--every <length>", "minimum, mean and maximum per length of time, for example 15m")
    .option("--limit <n>", "at most so many", wholeNumber, 1_000)
    .option("--all", "all of them, however many")
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry readings --room a-101 --quantity temperature_c --from 24h --every 1h",
    )
    .action(async (options: ReadingsOptions) => {
      const { createClient } = await import("../client.ts");
      const { readingsResponse } = await import("../../contract/index.ts");
      const { note, sayJson } = await import("../output.ts");
      const { sayBuckets, sayReadings } = await import("../tables.ts");
      const { room, device, quantity, every } = options;
      const from = await instantOf(options.from);
      const to = await instantOf(options.to);
      const client = createClient(options);
      let left = options.all ? Number.POSITIVE_INFINITY : options.limit;
      let cursor: string | undefined;
      do {
        const limit = Math.min(left, largestPage);
        const query = { room, device, quantity, from, to, every, limit, cursor };
        const page = await client.get("/api/v1/readings", query, readingsResponse);
        const rows = "buckets" in page ? page.buckets : page.readings;
        if (options.json) sayJson(rows);
        else if ("buckets" in page) sayBuckets(page.buckets);
        else sayReadings(page.readings);
        left -= rows.length;
        cursor = page.next ?? undefined;
      } while (cursor !== undefined && left > 0);
      if (cursor !== undefined) note("there is more: give a larger --limit, --all, or a later --from");
    });
}

/** `2h` is two hours ago; anything else is for the server to judge. */
async function instantOf(text: string | undefined): Promise<string | number | undefined> {
  if (text === undefined) return undefined;
  const { parseDuration } = await import("../../site/index.ts");
  const agoMs = parseDuration(text);
  return agoMs === undefined ? text : Math.round(Date.now() - agoMs);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("expected a whole number above 0.");
}
