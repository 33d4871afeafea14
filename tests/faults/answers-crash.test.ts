import { expect, test } from "vitest";
import { acknowledgements, aModemHouse, raiseSmoke, storedAnswers } from "../notify/answers/house.ts";
import { chance } from "../random.ts";
import { eventually, spawnSentry } from "../sentry.ts";

test("killed while an SMS is read and its acknowledgement written: acknowledged exactly once, replied to, moved", async () => {
  const modem = aModemHouse();
  const random = chance();
  let running = await spawnSentry(modem.house);
  const { id, code } = await raiseSmoke(running, modem);
  modem.receive("8613900000231", `1 ${code} 已断电`);
  const seen: string[] = [];
  for (let kills = 0; kills < 6 && modem.waiting().length > 0; kills++) {
    // From before the first look to after the file has been moved.
    const untilMs = performance.now() + random.next() * 60;
    await eventually("its time", () => performance.now() >= untilMs || modem.waiting().length === 0);
    await running.kill();
    seen.push(`${storedAnswers(modem)[0]?.state ?? "unread"}, ${acknowledgements(modem).length}`);
    running = await spawnSentry(modem.house);
  }
  await eventually("moved", () => modem.waiting().length === 0);
  expect(acknowledgements(modem), `${random.seed}: ${seen.join("; ")}`).toEqual([
    { alarm: id, by: "10231", via: "sms", comment: "已断电" },
  ]);
  expect(storedAnswers(modem)).toMatchObject([{ person: "10231", state: "done" }]);
  await eventually("the reply", () => modem.outgoing().some(({ text }) => text.startsWith("已确认")));
}, 60_000);
