import { catchUp } from "./catch-up.ts";
import { dashboardsOfAYear } from "./dashboards.ts";
import { influxDisk } from "./influx-disk.ts";
import { ingest } from "./ingest.ts";
import { latency } from "./latency.ts";
import { ledgerSpeed } from "./ledger.ts";
import { replaySpeed } from "./replay.ts";
import { say } from "./report.ts";
import { restart } from "./restart.ts";
import { scenarioFigures } from "./scenarios.ts";

/**
 * `npm run bench [-- ingest|latency|replay|ledger|catch-up|restart] [-- --rounds N]`: figures with their peers, as ratios in one run.
 * `npm run bench -- dashboards [--rooms N] [--days D] [--longest MS]`, `-- influx-disk`: what a year of readings takes in a
 * real InfluxDB, in time for charts and on disk; only when asked for.
 * `npm run bench -- scenarios [NAME…] [--seeds N] [--from-seed N] [--workers N]`: what the engine makes of the simulated
 * hospital; only when asked for.
 */
const [, , ...words] = process.argv;
const numberAfter = (option: string, otherwise: number) => {
  const at = words.indexOf(option);
  return at === -1 ? otherwise : Number(words[at + 1]);
};
const rounds = numberAfter("--rounds", 7);
const chosen = words.filter(
  (word, n) =>
    !word.startsWith("--") &&
    !["--rounds", "--rooms", "--days", "--longest", "--minutes", "--seeds", "--from-seed", "--workers"].includes(
      words[n - 1] ?? "",
    ),
);
const wanted = (name: string) => chosen.length === 0 || chosen.includes(name);

say(`Node ${process.version}; figures of one machine are worth little, ratios of one run more`);
if (wanted("replay")) replaySpeed(3);
if (wanted("ledger")) ledgerSpeed({ proofs: chosen.includes("ledger") });
if (wanted("catch-up")) await catchUp();
if (wanted("restart")) restart();
if (wanted("latency")) await latency();
if (wanted("ingest")) await ingest(rounds);
if (chosen.includes("influx-disk")) {
  await influxDisk({ rooms: numberAfter("--rooms", 100), minutes: numberAfter("--minutes", 1_440) });
}
if (chosen.includes("dashboards")) {
  const rooms = numberAfter("--rooms", 100);
  await dashboardsOfAYear({ rooms, days: numberAfter("--days", 365), longestMs: numberAfter("--longest", 300) });
}
if (chosen.includes("scenarios")) {
  await scenarioFigures({
    seeds: numberAfter("--seeds", 5),
    from: numberAfter("--from-seed", 1),
    workers: numberAfter("--workers", 2),
    only: chosen.filter((word) => word !== "scenarios"),
  });
}
