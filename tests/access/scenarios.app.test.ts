import { expect, test } from "vitest";
import { z } from "zod";
import { accessEventsResponse } from "../../contract/index.ts";
import { silentLogger, systemClock } from "../../core/index.ts";
import { createHospital, credentialOf } from "../../firmware-sim/index.ts";
import { loadSite, type SiteFile } from "../../site/index.ts";
import { aHouse, eventually, siteFile, startSentry } from "../sentry.ts";

const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const everyHour = Object.fromEntries(days.map((day) => [day, "00:00-24:00"]));

function file(weekly: NonNullable<SiteFile["calendar"]>["weekly"]): SiteFile {
  return {
    ...siteFile([], {
      devices: [
        { id: "door-1", room: "a-101", quantities: ["door"] },
        { id: "reader-1", room: "a-101", quantities: ["tamper"] },
      ],
      doors: [{ id: "d1", room: "a-101", contact: "door-1", reader: "reader-1" }],
      people: [
        { id: "10231", name: "王芳", category: "archivist" },
        { id: "10518", name: "赵海涛", category: "facilities" },
      ],
    }),
    calendar: { weekly },
    access: { settle: "2s" },
  };
}

test.each([
  ["forced-door", everyHour, "door-forced", ["forced"]],
  ["unapproved-visit", everyHour, "access-unauthorised", ["no-grant", "badge"]],
  ["after-hours-visit", {}, "door-after-hours", ["outside-hours", "badge"]],
] as const)(
  "%s of the simulated hospital is found",
  async (name, weekly, condition, said) => {
    const house = aHouse(file(weekly));
    const { site } = loadSite(house.config, { nowMs: Date.now() });
    const running = await startSentry(house);
    for (const id of site.people.keys()) running.sentry.giveBadge(id, credentialOf(id));
    const hospital = createHospital({
      site,
      clock: systemClock,
      log: silentLogger,
      seed: 1,
      connect: { url: running.mqttUrl, credentialsOf: ({ id }) => house.login(id) },
    });
    try {
      hospital.start();
      await eventually("the devices are connected", () => hospital.state().devices.connected === 2);
      hospital.startScenario(name, { parameters: { minutes: 1 } });
      const open = z.object({ alarms: z.array(z.object({ condition: z.string() })) });
      await eventually(
        `${condition} is raised`,
        async () => (await running.ask(open, "/api/v1/alarms")).alarms.some((alarm) => alarm.condition === condition),
        30_000,
      );
      const { events } = await running.ask(accessEventsResponse, "/api/v1/access/events?by=10231");
      const judged = events.map((event) => event.judged);
      for (const one of said) expect(judged).toContain(one);
    } finally {
      await hospital.stop();
    }
  },
  60_000,
);
