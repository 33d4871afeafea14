import { catchUp } from "./catch-up.ts";
import { ingest } from "./ingest.ts";
import { latency } from "./latency.ts";
import { replaySpeed } from "./replay.ts";
import { say } from "./report.ts";
import { scenarioFigures } from "./scenarios.ts";

/**
 * `npm run bench [-- ingest|latency|replay|catch-up] [-- --rounds N]`: figures with their peers, as ratios in one run.
 * `npm run bench -- scenarios [--seeds N]`: what the engine makes of the simulated hospital; only when asked for.
 */
const [, , ...words] = process.argv;
const numberAfter = (option: string, otherwise: number) => {
  const at = words.indexOf(option);
  return at === -1 ? otherwise : Number(words[at + 1]);
};
const rounds = numberAfter("--rounds", 7);
const chosen = words.filter(
  (word, n) => !word.startsWith("--") && !["--rounds", "--seeds"].includes(words[n - 1] ?? ""),
);
const wanted = (name: string) => chosen.length === 0 || chosen.includes(name);

say(`Node ${process.version}; figures of one machine are worth little, ratios of one run more`);
if (wanted("replay")) replaySpeed(3);
if (wanted("catch-up")) await catchUp();
if (wanted("latency")) await latency();
if (wanted("ingest")) await ingest(rounds);
if (chosen.includes("scenarios")) scenarioFigures(numberAfter("--seeds", 5));
