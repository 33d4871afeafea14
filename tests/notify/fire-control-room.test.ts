import { expect, test } from "vitest";
import { enqueue, tellingLog } from "../../notify/index.ts";
import type { SiteFile } from "../../site/index.ts";
import { aNotice, anOutbox, aPerson, aSite } from "./builders.ts";

/** Whoever sits at the panel hears of smoke and heat before anybody else, where a channel reaches them. */

const gateway = {
  url: "https://sms.example.org",
  body: { form: { to: "{phone}", text: "{text}" } },
  success: { match: "ok" },
};
const rooms = (telephone: string): SiteFile["rooms"] => [
  { id: "a-101", suppression: "gas", fire_control_room: telephone },
];
const desk = "010-5555-0119";
const mobile = "+86 138 0000 0119";

function told(file: Partial<SiteFile>, changes: Parameters<typeof aNotice>[0] = {}) {
  const db = anOutbox();
  const site = aSite({ devices: [], ...file });
  enqueue(db, aNotice({ condition: "smoke-alarm", priority: "critical", ...changes }), site);
  return tellingLog(db, { limit: 10 })
    .toReversed()
    .map(({ person, channel }) => `${person} ${channel}`);
}

test("it is told first: by a call where there is one, else by SMS where the number takes one", () => {
  const both = { "sms-http": gateway, "voice-http": gateway };
  expect(told({ rooms: rooms(desk), channels: both })[0]).toBe("@fire-control-room-a-101 voice-http");
  expect(told({ rooms: rooms(mobile), channels: { "sms-http": gateway } })).toEqual([
    "@fire-control-room-a-101 sms-http",
    "10231 email",
  ]);
});

test("not where nothing reaches it, where the site does not want it, and of anything but smoke and heat", () => {
  const only = ["10231 email"];
  expect(told({ rooms: rooms(desk), channels: { "sms-http": gateway } })).toEqual(only);
  expect(told({ rooms: rooms("ext. 8119"), channels: { "voice-http": gateway } })).toEqual(only);
  const channels = { "voice-http": gateway };
  expect(told({ rooms: rooms(desk), channels, telling: { fire_control_room: { told: false } } })).toEqual(only);
  expect(told({ rooms: rooms(desk), channels }, { condition: "water-leak" })).toEqual(only);
});

test("an alarm that concerns nobody else still goes there", () => {
  const people = [aPerson({ told: { from_priority: "none" } })];
  expect(told({ rooms: rooms(desk), channels: { "voice-http": gateway }, people })).toEqual([
    "@fire-control-room-a-101 voice-http",
  ]);
});
