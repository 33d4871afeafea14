import type { Command } from "commander";

/** How a command finds a running instance and shows who it is. */
export interface ClientOptions {
  url: string;
  tokenFile?: string;
  data: string;
  json?: boolean;
}

export function withClientOptions(command: Command): Command {
  return command
    .option("--url <url>", "address of the running instance", "http://127.0.0.1:8080")
    .option("--token-file <file>", "file with a token; operator.token of the data folder unless given")
    .option("--data <dir>", "its data folder, where it is on this machine", "sentry-data")
    .option("--json", "one JSON object a line");
}
