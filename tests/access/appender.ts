import { join } from "node:path";
import { createLedger } from "../../access/index.ts";
import { systemClock } from "../../core/index.ts";

/** A process that appends until it is killed, and says on each line what it has given out. */
const [folder = "", seed = "0"] = process.argv.slice(2);
const ledger = createLedger({
  file: (name) => join(folder, name),
  site: "north",
  personal: { lookup: Buffer.alloc(32, 1), wrapping: Buffer.alloc(32, 2) },
  clock: systemClock,
});
let position = ledger.cursor("test");
for (let round = 0; ; round++) {
  const count = 1 + ((round * 7 + Number(seed)) % 40);
  ledger.append(
    Array.from({ length: count }, (_, n) => ({
      kind: "access-event" as const,
      atMs: systemClock.nowMs(),
      body: { event: "badge" as const, door: "d1", room: "a-101", device: "dev-8", position: position + n + 1 },
      personal: { person: { person: `${n % 9}`, value: `${n % 9}` } },
    })),
    { source: "test", position: position + count },
  );
  position += count;
  process.stdout.write(`${JSON.stringify({ position })}\n`);
  if (round % 5 === 0) process.stdout.write(`${JSON.stringify({ checkpoint: ledger.checkpoint() })}\n`);
  if (round % 40 === 39) ledger.rotateKey();
}
