import { expect, test } from "vitest";
import type { AlarmState, Transition } from "../../contract/index.ts";
import { manualClock, silentLogger, transaction } from "../../core/index.ts";
import { createDelivery, createEscalation, enqueue, openEmailChannel, tellingLog } from "../../notify/index.ts";
import { aMailServer, aNotice, anOutbox, aPerson, aSite, emailConfig, refusal, startMs, until } from "./builders.ts";

/** The real SMTP channel and server, on a clock that runs as fast as the test. */

test("the mail server is away for an hour under 500 alarms: then one digest a person, with the present state", async () => {
  let isAway = false;
  const server = await aMailServer({
    onConnect(_session, callback) {
      callback(isAway ? refusal(421, "service not available") : null);
    },
  });
  const site = aSite({
    people: [
      aPerson({ id: "archivist" }),
      aPerson({ id: "keeper", language: "en", email: "keeper@example.org" }),
      // Told of nothing of the kind.
      aPerson({ id: "nobody", email: "nobody@example.org", told: { from_priority: "critical" } }),
    ],
  });
  const db = anOutbox();
  const clock = manualClock(startMs);
  const channel = openEmailChannel(emailConfig(server.port), { directory: "/" });
  const failing: string[] = [];
  const delivery = createDelivery({
    db,
    instance: "test",
    site: () => site,
    channels: () => [channel],
    clock,
    log: silentLogger,
    random: () => 0.5,
    onSettled: () => escalation.wake(),
    onFailing: (health) => failing.push(`${health.channel} ${health.failing}`),
  });
  const escalation = createEscalation({ db, site: () => site, clock, log: silentLogger, onQueued: delivery.wake });
  delivery.start();
  escalation.start();

  let n = 0;
  const happens = (alarmId: string, transition: Transition, state: AlarmState) => {
    const facts = {
      alarmId,
      n: ++n,
      transition,
      state,
      atMs: clock.nowMs(),
      recordedAtMs: clock.nowMs(),
      by: "keeper",
    };
    transaction(db, () => enqueue(db, aNotice(facts), site));
    delivery.wake();
    escalation.wake();
  };
  happens("before", "raised", "unacknowledged");
  await delivery.idle();
  expect(server.mails).toHaveLength(2);

  isAway = true;
  // Connections kept from before are gone as well.
  for (const connection of server.server.connections) connection.close();
  const connectionsBefore = server.connections;
  for (let minute = 0; minute < 60; minute++) {
    for (let each = 0; each < 9; each++) {
      const alarm = minute * 9 + each;
      if (alarm < 500) happens(`alarm-${alarm}`, "raised", "unacknowledged");
    }
    // A fifth of them is over by the time the server is back, and somebody has answered a tenth.
    const past = minute * 9 - 20;
    if (past >= 0 && past < 500) {
      happens(`alarm-${past}`, "returned", "returned-unacknowledged");
      happens(`alarm-${past + 1}`, "returned", "returned-unacknowledged");
      happens(`alarm-${past + 2}`, "acknowledged", "acknowledged");
    }
    for (let step = 0; step < 6; step++) {
      clock.advance(10_000);
      await delivery.idle();
    }
  }
  expect(server.mails).toHaveLength(2);
  expect(failing).toEqual(["email true"]);
  const attempts = server.connections - connectionsBefore;
  // One message asks whether the server is back, after growing waits up to five minutes, not 500 every time.
  expect(attempts).toBeLessThan(60);
  expect(escalation.unreached().length).toBeGreaterThan(300);

  isAway = false;
  for (let step = 0; step < 40 && server.mails.length < 4; step++) {
    clock.advance(10_000);
    await delivery.idle();
  }
  await until(() => server.mails.length >= 4, "the digests");
  for (let step = 0; step < 60; step++) {
    clock.advance(10_000);
    await delivery.idle();
  }
  const [zh, en] = server.mails
    .slice(2)
    .toSorted((a, b) => (a.subject ?? "").localeCompare(b.subject ?? "") * -1)
    .map((mail) => `${mail.subject}\n${mail.text}`);
  expect(server.mails).toHaveLength(4);
  const answered = tellingLog(db, { limit: 5_000 }).filter(({ state }) => state === "withdrawn").length / 2;
  const over =
    tellingLog(db, { limit: 5_000 }).filter((entry) => {
      return entry.reason === "returned-after-told" && entry.state === "delivered";
    }).length / 2;
  const told = 500 - answered;
  const text = [zh, en].join("\n");
  expect(text).toContain(`${told} 条报警`);
  expect(text).toContain(`${told - over} 条仍在报警,${over} 条已恢复`);
  expect(text).toContain(`${told - over} of them stand, ${over} have returned`);
  expect({ answered, over }).toEqual({ answered: 55, over: 110 });
  // Nothing waits any more, nothing was given up, and every alarm is accounted for.
  const log = tellingLog(db, { limit: 5_000 });
  expect(new Set(log.map(({ state }) => state))).toEqual(new Set(["delivered", "merged", "withdrawn"]));
  expect(failing).toEqual(["email true", "email false"]);
  escalation.wake();
  await new Promise(setImmediate);
  expect(escalation.unreached()).toEqual([]);

  // And the next alarm goes out by itself again.
  happens("after", "raised", "unacknowledged");
  await delivery.idle();
  expect(server.mails).toHaveLength(6);
  escalation.stop();
  const stopped = delivery.stop();
  clock.advance(2_000);
  await stopped;
  await channel.close();
}, 60_000);
