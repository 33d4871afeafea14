import type { Command } from "commander";
import { wholeNumber } from "../arguments.ts";

interface ReviewOptions {
  period: string;
  by: string;
  data: string;
  config?: string;
  sample?: number;
  finding?: string;
  entry?: number;
  signOff?: string;
  json?: boolean;
}

/** `audit review`, beside what else `audit` has. */
export function registerReview(program: Command): void {
  program.commands
    .find((command) => command.name() === "audit")
    ?.command("review")
    .description("look through a month: a sample drawn by lot and all exceptions; findings and signature are entries")
    .requiredOption("--period <month>", "the month, such as 2026-10")
    .requiredOption("--by <staff number>", "who reviews")
    .option("--data <dir>", "of this data folder", "sentry-data")
    .option("--config <file>", "the site file; site.yaml where it is here")
    .option("--sample <n>", "entries drawn by lot; report.review_sample unless given", wholeNumber)
    .option("--finding <text>", "enter what was found")
    .option("--entry <index>", "about this entry", wholeNumber)
    .option("--sign-off <comment>", "sign the review off, with what it came to")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry audit review --period 2026-10 --by 10900\n  npx archive-sentry audit review --period 2026-10 --by 10900 --sign-off 'two findings, both explained'",
    )
    .action(review);
}

async function review(options: ReviewOptions): Promise<void> {
  const { createReviews } = await import("../../access/index.ts");
  const { monthOf, openLedgerIn } = await import("../../app/index.ts");
  const { systemClock } = await import("../../core/index.ts");
  const { say, sayJson, terminalLanguage } = await import("../output.ts");
  const { siteForPapers } = await import("../paper-options.ts");
  const { site } = siteForPapers(options);
  const { period: id, by, entry, finding, signOff } = options;
  const bounds = monthOf(id, site?.timeZone ?? "Asia/Shanghai");
  const ledger = openLedgerIn(options.data, systemClock);
  try {
    const reviews = createReviews({ ledger, clock: systemClock });
    const sample = options.sample ?? site?.config.report.review_sample ?? 25;
    reviews.draw({ id, ...bounds, sample, by });
    if (finding !== undefined) reviews.finding({ id, index: entry ?? null, finding, by });
    if (signOff !== undefined) reviews.signOff({ id, comment: signOff, by });
    const shown = reviews.show(id)!;
    if (options.json) return sayJson([shown]);
    const zh = terminalLanguage() === "zh";
    say(`${id}: ${zh ? "抽样" : "by lot"} ${shown.sample.join(" ") || "–"}`);
    for (const one of shown.exceptions)
      say(`${zh ? "例外" : "exception"} ${one.index}  ${zh ? reasonWords[one.reason] : one.reason}`);
    for (const one of shown.findings) say(`${zh ? "发现" : "finding"} ${one.index ?? "–"}  ${one.finding}`);
    say(
      shown.signedOffAt === null
        ? zh
          ? "尚未签字"
          : "not signed off"
        : `${zh ? "已签字" : "signed off"} ${shown.signedOffAt}`,
    );
  } finally {
    ledger.close();
  }
}

const reasonWords = {
  denied: "被拒",
  "not-entitled": "无授权或时间外",
  "break-glass": "紧急进入",
  alarm: "门禁报警",
  forced: "强行开门",
  "refused-record": "核心档案单人",
  "first-visit": "首次来访",
};
