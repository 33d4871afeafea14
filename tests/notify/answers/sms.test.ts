import { expect, test } from "vitest";
import { eventually, startSentry } from "../../sentry.ts";
import { acknowledgements, aModemHouse, openAlarms, raiseSmoke } from "./house.ts";

test("an SMS with 1 and the code acknowledges in the name of whoever has the number", async () => {
  const modem = aModemHouse();
  const running = await startSentry(modem.house);
  const { id, code } = await raiseSmoke(running, modem);
  modem.receive("8613900000231", `1 ${code}`);
  await eventually("acknowledged", () => acknowledgements(modem).length > 0);
  expect(acknowledgements(modem)).toEqual([{ alarm: id, by: "10231", via: "sms", comment: "收到,前往查看" }]);
  await eventually("the file is moved", () => modem.waiting().length === 0 && modem.handled().length === 1);
  const reply = await eventually("the reply", () =>
    modem.outgoing().find(({ to, text }) => to === "8613900000231" && text.startsWith("已确认")),
  );
  expect(reply.text).toContain(code);
  expect(reply.text.length).toBeLessThanOrEqual(70);
  // Who was told as well hears who took it.
  await eventually("the other is told", () =>
    modem.outgoing().find(({ to, text }) => to === "8613900000312" && /已有人处理|taken/.test(text)),
  );
  expect((await openAlarms(running)).find((alarm) => alarm.id === id)).toMatchObject({
    state: "acknowledged",
    acknowledgedBy: "10231",
  });
});
