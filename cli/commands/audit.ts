import type { Command } from "commander";
import type { Verdict } from "../../access/index.ts";

interface VerifyArguments {
  data?: string;
  key?: string;
  since: string[];
  json?: boolean;
}

interface ExportArguments {
  data: string;
  by: string;
  from?: string;
  to?: string;
  room?: string;
  person?: string;
  record?: string;
  since: string[];
  zip?: boolean;
  config?: string;
  language?: string;
}

interface CheckpointArguments {
  data: string;
  url?: string;
  tokenFile?: string;
}

const listed = (value: string, before: string[]) => [...before, value];

export function registerAudit(program: Command): void {
  const audit = program
    .command("audit")
    .description("check the ledger, and hand it to auditors")
    .addHelpText("after", "\nExample:\n  npx archive-sentry audit verify --data /var/lib/archive-sentry");

  audit
    .command("verify")
    .description("recompute everything, and name the first entry that does not fit")
    .argument("[pack]", "folder of an exported pack")
    .option("--data <dir>", "a data folder in place of a pack")
    .option("--key <file>", "the verifier key that you were given")
    .option("--since <file>", "a checkpoint that you have kept; may be repeated", listed, [])
    .option("--json", "the verdict as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry audit verify pack --key hospital.key --since checkpoint-2026-10.txt",
    )
    .action(verify);

  audit
    .command("checkpoint")
    .description("the newest signed checkpoint, for auditors to keep")
    .option("--data <dir>", "of this data folder", "sentry-data")
    .option("--url <url>", "of the instance at this address, signed now")
    .option("--token-file <file>", "file with a token; operator.token of the data folder unless given")
    .addHelpText("after", "\nExample:\n  npx archive-sentry audit checkpoint > checkpoint-2026-11.txt")
    .action(sayCheckpoint);

  audit
    .command("export")
    .description(
      "write an auditor's pack: a paper, tables, and proofs; others are hidden, and the proof holds all the same",
    )
    .argument("<folder>", "new folder for the pack")
    .requiredOption("--by <staff number>", "who exports: reading the record is itself recorded")
    .option("--data <dir>", "of this data folder", "sentry-data")
    .option("--from <time>", "what was recorded from this time on, RFC 3339")
    .option("--to <time>", "what was recorded before this time, RFC 3339")
    .option("--room <id>", "of this room")
    .option("--person <staff number>", "about this person")
    .option("--record <reference>", "about this record")
    .option("--zip", "as <folder>.zip")
    .option(
      "--config <file>",
      "the site file, for names, letterhead and the readings expected; site.yaml where it is here",
    )
    .option("--language <language>", "of the papers, zh or en; the site's unless given")
    .option("--since <file>", "make it comparable with this checkpoint; may be repeated", listed, [])
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry audit export pack --from 2026-10-01T00:00:00+08:00 --person 10231 --by 10900",
    )
    .action(exportTo);

  audit
    .command("erase")
    .description(
      "destroy the key of a person: nobody can read any more whom entries were about; the ledger stays whole",
    )
    .requiredOption("--person <staff number>", "whose key")
    .requiredOption("--by <staff number>", "who does it")
    .requiredOption("--comment <text>", "by what right, without the person's name: it stays readable")
    .option("--data <dir>", "of this data folder", "sentry-data")
    .addHelpText(
      "after",
      "\nThe program may be running. Backups of personal-keys.db still hold the key.\n\nExample:\n  npx archive-sentry audit erase --person 10244 --by 10900 --comment 'left in 2016; request of 2026-11-02'",
    )
    .action(erase);
}

interface EraseArguments {
  data: string;
  person: string;
  by: string;
  comment: string;
}

async function erase({ data, person, by, comment }: EraseArguments): Promise<void> {
  const { openLedgerIn } = await import("../../app/index.ts");
  const { SentryError, systemClock } = await import("../../core/index.ts");
  const { say, terminalLanguage } = await import("../output.ts");
  const ledger = openLedgerIn(data, systemClock);
  try {
    if (!ledger.erase(person, { reason: comment, by })) {
      throw new SentryError("not-found", `nothing is recorded about ${person}, or it was erased before`);
    }
    say(
      terminalLanguage() === "zh"
        ? "已删除：密钥已销毁，账本仍可校验"
        : "erased: the key is gone, the ledger still verifies",
    );
  } finally {
    ledger.close();
  }
}

async function verify(pack: string | undefined, options: VerifyArguments): Promise<void> {
  const { readFileSync } = await import("node:fs");
  const { join } = await import("node:path");
  const { verdictOfAll, verifierKeyIn, verifyData, verifyPack } = await import("../../access/index.ts");
  const { SentryError } = await import("../../core/index.ts");
  const { createProgress } = await import("../progress.ts");
  if ((pack === undefined) === (options.data === undefined)) {
    throw new SentryError("usage", "expected either the folder of a pack or --data, found both or neither");
  }
  const since = options.since.map((path) => readFileSync(path, "utf8"));
  const key = options.key === undefined ? undefined : readFileSync(options.key, "utf8").trim();
  const file = (name: string) => join(options.data!, name);
  const check =
    pack === undefined
      ? verifyData(file, { key: key ?? verifierKeyIn(file("ledger.key")), since })
      : verifyPack(pack, { since, ...(key === undefined ? {} : { key }) });
  const progress = createProgress("verifying", 1_000);
  const verdict = verdictOfAll(check, (share) => progress.update(Math.round(share * 1_000)));
  progress.stop();
  await sayVerdict({ ...verdict, ownKey: key === undefined }, options.json ?? false);
  if (verdict.fault) process.exitCode = 1;
}

async function sayVerdict(verdict: Verdict, json: boolean): Promise<void> {
  const { faultSentence } = await import("../../access/index.ts");
  const { colours, note, say, sayJson, terminalLanguage } = await import("../output.ts");
  const { fault, entries, origin, root, ownKey } = verdict;
  if (json) return sayJson([verdict]);
  const zh = terminalLanguage() === "zh";
  if (fault) say(`${colours.red(zh ? "不符" : "NOT SOUND")}  ${faultSentence(fault, terminalLanguage())}`);
  else say(`${colours.green(zh ? "完整" : "sound")}  ${entries} ${zh ? "条" : "entries"}  ${origin}  ${root}`);
  if (ownKey) {
    note(
      zh ? "公钥取自被校验的账本旁：请与您持有的公钥核对" : "the key lay beside the ledger: compare it with your own",
    );
  }
}

async function sayCheckpoint({ data, url, tokenFile }: CheckpointArguments): Promise<void> {
  const { note } = await import("../output.ts");
  if (url !== undefined) {
    const { createClient } = await import("../client.ts");
    const { checkpointResponse } = await import("../../contract/index.ts");
    const client = createClient({ url, data, ...(tokenFile === undefined ? {} : { tokenFile }) });
    const { checkpoint, key } = await client.get("/api/v1/access/checkpoint", {}, checkpointResponse);
    process.stdout.write(checkpoint);
    note(key);
    return;
  }
  const { openLedgerIn } = await import("../../app/index.ts");
  const { systemClock } = await import("../../core/index.ts");
  const ledger = openLedgerIn(data, systemClock);
  try {
    process.stdout.write(ledger.newestCheckpoint() ?? ledger.checkpoint());
    note(ledger.verifierKey());
  } finally {
    ledger.close();
  }
}

async function exportTo(folder: string, options: ExportArguments): Promise<void> {
  const { readFileSync } = await import("node:fs");
  const { exportAuditorPack, openLedgerIn } = await import("../../app/index.ts");
  const { SentryError, systemClock } = await import("../../core/index.ts");
  const { note, say, terminalLanguage } = await import("../output.ts");
  const { siteForPapers } = await import("../paper-options.ts");
  const { by, data, room, person, record } = options;
  const { site, language } = siteForPapers(options);
  const fromMs = instantOf("--from", options.from, SentryError);
  const toMs = instantOf("--to", options.to, SentryError);
  const ledger = openLedgerIn(data, systemClock);
  try {
    const { size, shown, redacted, gone, notes } = await exportAuditorPack({
      data,
      ledger,
      site,
      language,
      folder,
      zip: options.zip ?? false,
      ...(fromMs === undefined ? {} : { fromMs }),
      ...(toMs === undefined ? {} : { toMs }),
      ...(room === undefined ? {} : { room }),
      ...(person === undefined ? {} : { person }),
      ...(record === undefined ? {} : { record }),
      since: options.since.map((path) => readFileSync(path, "utf8")),
      by,
      via: "cli",
      clock: systemClock,
    });
    const where = options.zip ? `${folder}.zip` : folder;
    const zh = terminalLanguage() === "zh";
    say(
      zh
        ? `${where}: 共 ${size} 条，列出 ${shown}，隐去 ${redacted}，已到期 ${gone}`
        : `${where}: of ${size} entries ${shown} shown, ${redacted} hidden, ${gone} gone`,
    );
    for (const line of notes) note(line);
  } finally {
    ledger.close();
  }
}

function instantOf(
  option: string,
  text: string | undefined,
  Fault: typeof import("../../core/index.ts").SentryError,
): number | undefined {
  if (text === undefined) return undefined;
  const atMs = Date.parse(text);
  if (Number.isFinite(atMs) && text.includes("T")) return atMs;
  throw new Fault("usage", `${option}: expected a time such as 2026-10-01T00:00:00+08:00, found ${text}`);
}
