import { catchUp } from "./catch-up.ts";
import { ingest } from "./ingest.ts";
import { latency } from "./latency.ts";
import { replaySpeed } from "./replay.ts";
import { say } from "./report.ts";

/** `npm run bench [-- ingest|latency|replay|catch-up] [-- --rounds N]`: figures with their peers, as ratios in one run. */
const [, , ...words] = process.argv;
const at = words.indexOf("--rounds");
const rounds = at === -1 ? 7 : Number(words[at + 1]);
const chosen = words.filter((word, n) => !word.startsWith("--") && words[n - 1] !== "--rounds");
const wanted = (name: string) => chosen.length === 0 || chosen.includes(name);

say(`Node ${process.version}; figures of one machine are worth little, ratios of one run more`);
if (wanted("replay")) replaySpeed(3);
if (wanted("catch-up")) await catchUp();
if (wanted("latency")) await latency();
if (wanted("ingest")) await ingest(rounds);
