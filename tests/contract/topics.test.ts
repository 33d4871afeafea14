import { describe, expect, test } from "vitest";
import {
  alarmsTopic,
  checkpointTopic,
  deviceChannels,
  deviceTopic,
  isDeviceName,
  isName,
  type ParsedTopic,
  parseTopic,
} from "../../contract/index.ts";

const foreign: ParsedTopic = { kind: "foreign" };

describe("topics are parsed", () => {
  test.each<[string, ParsedTopic]>([
    ["sentry/north/dev-7/telemetry", { kind: "device", site: "north", device: "dev-7", channel: "telemetry" }],
    ["sentry/north/dev-7/status", { kind: "device", site: "north", device: "dev-7", channel: "status" }],
    ["sentry/north/dev-7/badge", { kind: "device", site: "north", device: "dev-7", channel: "badge" }],
    ["sentry/north/dev-7/scan", { kind: "device", site: "north", device: "dev-7", channel: "scan" }],
    ["sentry/north/dev-7/command", { kind: "device", site: "north", device: "dev-7", channel: "command" }],
    ["sentry/north/dev-7/result", { kind: "device", site: "north", device: "dev-7", channel: "result" }],
    ["sentry/north/alarms/a-101", { kind: "alarms", site: "north", room: "a-101" }],
    ["sentry/north/ledger/checkpoint", { kind: "checkpoint", site: "north" }],
    ["sentry/north/dev-7/unknown", foreign],
    ["sentry/north/ledger/telemetry", foreign],
    ["sentry/north/dev-7", foreign],
    ["sentry/north/dev-7/telemetry/more", foreign],
    ["sentry/north//telemetry", foreign],
    ["sentry/North/dev-7/telemetry", foreign],
    ["sentry/north/-dev/telemetry", foreign],
    ["Sentry/north/dev-7/telemetry", foreign],
    ["/sentry/north/dev-7/telemetry", foreign],
    ["zigbee2mqtt/room", foreign],
    ["$SYS/broker/uptime", foreign],
    ["", foreign],
  ])("%s", (topic, expected) => expect(parseTopic(topic)).toEqual(expected));

  test("and built, each the other way round", () => {
    for (const channel of deviceChannels) {
      const topic = { site: "north", device: "dev-7", channel };
      expect(parseTopic(deviceTopic(topic))).toEqual({ kind: "device", ...topic });
    }
    expect(parseTopic(alarmsTopic({ site: "s", room: "r" }))).toEqual({ kind: "alarms", site: "s", room: "r" });
    expect(parseTopic(checkpointTopic("s"))).toEqual({ kind: "checkpoint", site: "s" });
  });
});

describe("names in topics", () => {
  test.each(["a", "7", "a-101", `a${"b".repeat(62)}`])("%s is one", (name) => {
    expect([isName(name), isDeviceName(name)]).toEqual([true, true]);
  });
  test.each(["", "A", "-a", "a_b", "a.b", "a/b", "a+", "#", "室", `a${"b".repeat(63)}`, "a\n"])(
    "%j is none",
    (name) => {
      expect([isName(name), isDeviceName(name)]).toEqual([false, false]);
    },
  );
  test.each(["alarms", "ledger"])("%s is no device", (name) => {
    expect([isName(name), isDeviceName(name)]).toEqual([true, false]);
  });
});
