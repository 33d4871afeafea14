import { describe, expect, test } from "vitest";
import {
  alarmStates,
  atLeast,
  conditionFamilies,
  conditionNames,
  deviceFields,
  environmentFields,
  measurements,
  priorities,
  stateQuantities,
  transitions,
} from "../../contract/index.ts";

/** Other programs and people's configuration are written against these names: a change here breaks them. */

describe("conditions", () => {
  test("the contract's families and names, in its order", () => {
    expect(conditionFamilies).toEqual({
      climate:
        "temperature-high temperature-low humidity-high humidity-low temperature-near-limit humidity-near-limit temperature-swing humidity-swing temperature-forecast humidity-forecast condensation-risk mould-risk preservation-low climate-control-failure".split(
          " ",
        ),
      "fire-and-water": "heat-rise smoke-prealarm smoke-alarm fire-suspected water-leak".split(" "),
      access:
        "door-held-open door-forced door-after-hours access-unauthorised access-denied-repeated record-overdue".split(
          " ",
        ),
      devices:
        "sensor-silent room-blind sensor-stuck sensor-implausible sensor-disagreement sensor-clock-fault battery-low tamper calibration-due".split(
          " ",
        ),
      security: "login-failures topic-violation unknown-device message-flood certificate-expiring ledger-broken".split(
        " ",
      ),
      "archive-systems": "archive-system-unreachable archive-system-slow archive-backup-overdue".split(" "),
      "this-system":
        "history-unreachable notification-failing nobody-reached disk-low intake-backlog server-clock-fault backup-overdue".split(
          " ",
        ),
    });
    expect(new Set(conditionNames).size).toBe(50);
  });

  test("priorities, states and transitions", () => {
    expect(priorities).toEqual(["critical", "high", "medium", "low"]);
    expect(alarmStates).toEqual(
      "normal unacknowledged acknowledged returned-unacknowledged latched shelved suppressed out-of-service".split(" "),
    );
    expect(transitions).toEqual(
      "raised priority-changed acknowledged returned reset commented shelved unshelved suppressed unsuppressed out-of-service in-service".split(
        " ",
      ),
    );
  });

  test.each([
    ["critical", "high", true],
    ["high", "high", true],
    ["low", "medium", false],
  ] as const)("%s is at least as urgent as %s: %s", (a, b, expected) => expect(atLeast(a, b)).toBe(expected));
});

describe("InfluxDB", () => {
  const place = ["site", "building", "room", "device"];
  test("measurements and tags", () => {
    expect(Object.fromEntries(Object.entries(measurements).map(([name, { tags }]) => [name, [...tags]]))).toEqual({
      environment: place,
      door: place,
      motion: place,
      leak: place,
      smoke_alarm: place,
      tamper: place,
      exit_request: place,
      room: ["site", "building", "room"],
      device: ["site", "room", "device"],
      alarm: ["site", "room", "condition", "priority", "transition", "n"],
      access: ["site", "room", "door", "category", "result", "n"],
      inside: ["site", "room", "category"],
      sentry: ["site", "part"],
    });
  });

  test("fields that come from samples", () => {
    expect(deviceFields).toEqual(["battery_pct", "rssi_dbm", "supply_v"]);
    expect(stateQuantities.toSorted()).toEqual(
      ["door", "motion", "leak", "tamper", "smoke_alarm", "exit_request"].toSorted(),
    );
    expect(environmentFields.toSorted()).toEqual(
      [
        "temperature_c",
        "surface_temperature_c",
        "relative_humidity_pct",
        "smoke_obscuration_pct_per_m",
        "co_ppm",
        "co2_ppm",
        "pm2_5_ug_m3",
        "illuminance_lux",
        "response_ms",
        "backup_age_h",
        "disk_free_pct",
        "certificate_days",
        "dew_point_c",
        "absolute_humidity_g_m3",
        "preservation_index_y",
      ].toSorted(),
    );
  });
});
