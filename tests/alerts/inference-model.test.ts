import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyState } from "../../alerts/index.ts";
import { engineEventOf } from "../../app/engine/log-events.ts";
import { Decoder } from "../../collector/index.ts";
import type { Values } from "../../contract/index.ts";
import { parseSite } from "../../site/index.ts";
import { aRoom, day, minute, second, startMs, watched } from "./builder.ts";

const usual = { temperature_c: 19, relative_humidity_pct: 50 };
type Told = Record<string, Values>;

/** A day in which every device says the same, with a little noise, and then each minute what `told` says. */
function afterADay(
  b: ReturnType<typeof aRoom>,
  ordinary: Told,
  minutes: number,
  told: (minute: number, device: string) => Values | null,
  days = 1,
) {
  for (let n = -days * 1440; n < minutes; n++) {
    Object.entries(ordinary).forEach(([device, values], place) => {
      const noise = ((n + days * 1440 + place) % 3) * 0.02;
      const noisy = Object.fromEntries(
        Object.entries(values).map(([name, v]) => [name, name === "door" || name === "motion" ? v : v! + noise]),
      );
      const now = n < 0 ? noisy : (told(n, device) ?? noisy);
      b.sample((n + days * 1440) * minute + place * second, now, device);
    });
  }
  return b.records.filter(({ transition }) => transition === "raised").map(({ alarm }) => alarm);
}

const fireDevices = `  - { id: smoke, room: a-101, quantities: [smoke_obscuration_pct_per_m, smoke_alarm], interval: 60s }
  - { id: co, room: a-101, quantities: [co_ppm], interval: 60s }
  - { id: door, room: a-101, quantities: [door], interval: 60s }`;
const fireRoom = {
  climate: usual,
  smoke: { smoke_obscuration_pct_per_m: 0.02 },
  co: { co_ppm: 0.3 },
  door: { door: 0 },
};

describe("one sensor against the rest", () => {
  /** Anything a broken device may say; not more than there is of the quantity. */
  const said = (most: number) =>
    fc.array(fc.double({ min: 0, max: most, noNaN: true }), { minLength: 12, maxLength: 12 });
  const broken = fc.oneof(
    said(20).map((v) => ({
      device: "smoke",
      at: (n: number) => ({ smoke_obscuration_pct_per_m: v[n]!, smoke_alarm: v[n]! > 5 ? 1 : 0 }),
    })),
    said(20).map((v) => {
      const sorted = [...v].sort((a, b) => a - b);
      return {
        device: "smoke",
        at: (n: number) => ({ smoke_obscuration_pct_per_m: sorted[n]!, smoke_alarm: sorted[n]! > 5 ? 1 : 0 }),
      };
    }),
    said(500).map((v) => ({ device: "co", at: (n: number) => ({ co_ppm: v[n]! }) })),
    said(120).map((v) => ({
      device: "climate",
      at: (n: number) => ({ temperature_c: v[n]!, relative_humidity_pct: 50 }),
    })),
  );
  test("makes no fire, whatever it says", () => {
    fc.assert(
      fc.property(broken, ({ device, at }) => {
        const raised = afterADay(aRoom({ devices: fireDevices }), fireRoom, 12, (n, id) =>
          id === device ? at(n) : null,
        );
        expect(raised.map(({ condition }) => condition)).not.toContain("fire-suspected");
      }),
      { numRuns: 25 },
    );
  });

  test("is told by its fixed limits, whatever the others say", () => {
    const others = fc.record({
      co: fc.double({ min: 0, max: 50, noNaN: true }),
      temperature: fc.double({ min: -5, max: 30, noNaN: true }),
      humidity: fc.double({ min: 0, max: 100, noNaN: true }),
      door: fc.constantFrom(0, 1),
      smoke: fc.double({ min: 2, max: 100, noNaN: true }),
    });
    fc.assert(
      fc.property(others, ({ co, temperature, humidity, door, smoke }) => {
        const raised = afterADay(aRoom({ devices: fireDevices }), fireRoom, 3, (n, id) => {
          if (id === "smoke") return { smoke_obscuration_pct_per_m: n === 1 ? smoke : 0.02 };
          if (id === "co") return { co_ppm: co };
          if (id === "door") return { door };
          return { temperature_c: temperature, relative_humidity_pct: humidity };
        });
        expect(raised.map(({ condition }) => condition)).toContain("smoke-alarm");
      }),
      { numRuns: 25 },
    );
  });

  test("is a suspected fire where smoke and gas grow, though door, people and the second detector speak against it", () => {
    const devices = `${fireDevices}
  - { id: smoke-2, room: a-101, quantities: [smoke_obscuration_pct_per_m], interval: 60s }
  - { id: pir, room: a-101, quantities: [motion], interval: 60s }`;
    const smoke = [0.05, 0.1, 0.2, 0.4, 0.7, 1, 1.4, 1.9];
    const raised = afterADay(
      aRoom({ devices }),
      { ...fireRoom, "smoke-2": { smoke_obscuration_pct_per_m: 0.02 }, pir: { motion: 0 } },
      8,
      (n, id) => {
        if (id === "smoke") return { smoke_obscuration_pct_per_m: smoke[n]! };
        if (id === "co") return { co_ppm: 0.3 + 2 * n };
        if (id === "door") return { door: 1 };
        return id === "pir" ? { motion: 1 } : null;
      },
    );
    const fire = raised.find(({ condition }) => condition === "fire-suspected");
    const against = fire?.evidence?.filter(({ weight }) => weight < 0).map(({ text }) => text.en) ?? [];
    expect(against).toEqual(expect.arrayContaining(["a second detector sees none", "somebody inside"]));
  });
});

describe("the site's own figures", () => {
  const grow = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7];
  const raisedWith = (more: string) =>
    afterADay(aRoom({ devices: fireDevices, more }), fireRoom, 6, (n, id) => {
      if (id === "smoke") return { smoke_obscuration_pct_per_m: grow[n]! };
      return id === "co" ? { co_ppm: 1 + n } : null;
    }).some(({ condition }) => condition === "fire-suspected");
  test.each([
    ["as they are", "conditions: { sensor-silent: { enabled: false } }", true],
    ["with a lower prior", "inference: { priors: { fire: 0.0000001 } }", false],
    ["with a ratio of its own", "inference: { ratios: { carbon-monoxide/risen: { fire: 0.001 } } }", false],
    ["with a limit of its own", "conditions: { fire-suspected: { limit: 0.99999 } }", false],
  ])("%s", (_, more, suspected) => {
    expect(raisedWith(more)).toBe(suspected);
  });
  test("are refused where they name nothing of the model", () => {
    const text = "site: { id: north, name: { zh: 北, en: N } }\ninference: { ratios: { smoke/purple: { fire: 2 } } }";
    expect(() => parseSite(text, { directory: ".", name: "site.yaml", nowMs: startMs })).toThrow(/inference\.ratios/);
  });
});

describe("a badge", () => {
  const devices = `  - { id: reader, room: a-101, quantities: [tamper], interval: 5m }
${fireDevices}`;
  const evidenceWith = (badges: [atMinute: number, direction: "in" | "out"][]) => {
    const b = aRoom({ devices });
    const smoke = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7];
    const raised = afterADay(b, { ...fireRoom, reader: { tamper: 0 } }, 6, (n, id) => {
      if (n === 0 && id === "climate") {
        for (const [at, direction] of badges) {
          b.step({
            kind: "badge",
            receivedAtMs: startMs + day,
            device: "reader",
            atMs: startMs + day + at * minute,
            direction,
          });
        }
      }
      if (id === "smoke") return { smoke_obscuration_pct_per_m: smoke[n]! };
      return id === "co" ? { co_ppm: 1 + n } : null;
    });
    return raised.find(({ condition }) => condition === "fire-suspected")?.evidence?.map(({ text }) => text.en);
  };
  test("in says that somebody is inside; out, that nobody is", () => {
    expect(evidenceWith([[-30, "in"]])).toContain("somebody badged in");
    expect(
      evidenceWith([
        [-30, "in"],
        [-10, "out"],
      ]),
    ).toContain("nobody inside");
    expect(evidenceWith([[-300, "in"]])).toContain("nobody inside");
  });
  test("reaches the engine from the log without its credential", () => {
    const { site } = parseSite(
      "site: { id: north, name: { zh: 北, en: N } }\nrooms: [{ id: a }]\ndevices: [{ id: reader, room: a, quantities: [tamper] }]",
      { directory: ".", name: "site.yaml", nowMs: startMs },
    );
    const decoder = new Decoder(() => site);
    const entryOf = (badge: object) => ({
      position: 1,
      receivedAtMs: startMs,
      source: "mqtt",
      origin: "mqtt",
      kind: "message" as const,
      topic: "sentry/north/reader/badge",
      payload: Buffer.from(JSON.stringify({ credential: "hmac-sha256:00", ...badge })),
    });
    const heard = (badge: object) => engineEventOf(entryOf(badge), decoder.decode(entryOf(badge)));
    expect(heard({ direction: "in", decision: "granted", at: startMs - minute })).toEqual({
      kind: "badge",
      receivedAtMs: startMs,
      device: "reader",
      atMs: startMs - minute,
      direction: "in",
    });
    expect(heard({ direction: "in", decision: "denied" })).toBeNull();
  });
});

/** Four rooms of a building, a climate sensor and a door each. */
function aBuildingOfRooms(more = "", room = "") {
  const ids = ["r-1", "r-2", "r-3", "r-4"];
  const text = `
site: { id: north, name: { zh: 北院, en: North } }
buildings: [{ id: a, name: { zh: 甲楼, en: Building A } }]
rooms:
${ids.map((id) => `  - { id: ${id}, building: a${room} }`).join("\n")}
devices:
${ids.map((id) => `  - { id: c-${id}, room: ${id}, quantities: [temperature_c, relative_humidity_pct], interval: 60s }`).join("\n")}
${ids.map((id) => `  - { id: d-${id}, room: ${id}, quantities: [door], interval: 60s }`).join("\n")}
conditions: { sensor-silent: { enabled: false }, temperature-forecast: { enabled: false }, humidity-forecast: { enabled: false } }
${more}`;
  const { site } = parseSite(text, { directory: ".", name: "site.yaml", nowMs: startMs });
  const ordinary: Told = {};
  for (const id of ids) Object.assign(ordinary, { [`c-${id}`]: usual, [`d-${id}`]: { door: 0 } });
  return { b: watched(site, emptyState()), ordinary };
}

describe("a plant", () => {
  const failing = (n: number) => ({ temperature_c: 19 - n / 40, relative_humidity_pct: 50 + n / 15 });
  const plantAlarms = (rooms: readonly string[], more = "", room = "") => {
    const { b, ordinary } = aBuildingOfRooms(more, room);
    afterADay(b, ordinary, 120, (n, id) => (rooms.some((r) => id === `c-${r}`) ? failing(n) : null));
    const { records } = b;
    return records
      .filter(({ alarm, transition }) => alarm.condition === "climate-control-failure" && transition === "raised")
      .map(({ alarm }) => alarm.room ?? `all of ${alarm.subject}`);
  };
  test("that fails in one room is that room's", () => {
    expect(plantAlarms(["r-2"])).toEqual(["r-2"]);
  });
  test("that fails in most rooms is told once, of the whole", () => {
    expect(plantAlarms(["r-1", "r-2", "r-3", "r-4"])).toEqual(["all of a"]);
  });
  test("is what the rooms name, not always the building", () => {
    expect(plantAlarms(["r-1", "r-2", "r-3", "r-4"], "", ", plant: ahu-7")).toEqual(["all of ahu-7"]);
  });
  test("takes in the rooms that were told before it was clear", () => {
    const { b, ordinary } = aBuildingOfRooms();
    afterADay(b, ordinary, 240, (n, id) => {
      if (id === "c-r-1") return failing(n);
      return /^c-/.test(id) && n >= 100 ? failing(n - 100) : null;
    });
    expect(b.only("climate-control-failure").map((line) => line.replace(/^\S+ climate-control-failure /, ""))).toEqual([
      "raised medium (first-breach)",
      "raised medium (first-breach)",
      "returned medium (whole-plant)",
    ]);
  });
});

describe("what else explains it", () => {
  test("a limit of humidity that is crossed with the door open says so", () => {
    const { b, ordinary } = aBuildingOfRooms("", ", limits: { relative_humidity_pct: 45..60 }");
    const raised = afterADay(b, ordinary, 60, (n, id) => {
      if (id === "d-r-1") return { door: 1 };
      return id === "c-r-1" ? { temperature_c: 19, relative_humidity_pct: Math.min(66, 50 + n) } : null;
    });
    const [humid] = raised.filter(({ condition }) => condition === "humidity-high");
    expect(humid?.evidence?.[0]?.text.en).toMatch(/^likely a door left open \(0\.\d+\)$/);
    expect(humid?.evidence?.map(({ text }) => text.en)).toContainEqual(
      expect.stringMatching(/^door open for \d+ min$/),
    );
  });

  const two = "  - { id: second, room: a-101, quantities: [temperature_c, relative_humidity_pct], interval: 60s }";
  test("a sensor that runs away from the other of its room is named within minutes, and returns with it", () => {
    const b = aRoom({ devices: `${two}\n${fireDevices}` });
    const raised = afterADay(b, { ...fireRoom, second: usual }, 60, (n, id) =>
      id === "second" && n < 30
        ? { temperature_c: Math.min(27, 19 + 2 * n), relative_humidity_pct: Math.min(62, 50 + 3 * n) }
        : null,
    );
    expect(raised.map(({ condition }) => condition)).not.toContain("fire-suspected");
    const [stray] = raised.filter(({ condition }) => condition === "sensor-disagreement");
    expect(stray?.device).toBe("second");
    expect(b.only("sensor-disagreement").map((line) => line.split(" ")[2])).toEqual(["raised", "returned"]);
  });
});

describe("a sensor alone in its room", () => {
  const told = (days: number, course: (days: number, id: string) => Values) => {
    const { b, ordinary } = aBuildingOfRooms();
    for (let ms = 0; ms < days * day; ms += 15 * minute) {
      for (const id of Object.keys(ordinary)) if (id.startsWith("c-")) b.sample(ms, course(ms / day, id), id);
    }
    return b.records
      .filter(({ alarm, transition }) => alarm.condition === "sensor-disagreement" && transition === "raised")
      .map(({ alarm, atMs }) => [alarm.device, Math.floor((atMs - startMs) / day)]);
  };
  const wave = (days: number) => Math.sin(2 * Math.PI * days) / 2;
  test("that drifts is told against the other rooms of its plant", () => {
    const found = told(24, (days, id) => ({
      temperature_c: 19 + wave(days),
      relative_humidity_pct: 50 + (id === "c-r-1" ? Math.max(0, days - 5) / 2 : 0),
    }));
    expect(found).toEqual([["c-r-1", 16]]);
  });
  test("that goes with the season as the others do is not", () => {
    expect(told(30, (days) => ({ temperature_c: 19 + days / 10, relative_humidity_pct: 50 + days / 3 }))).toEqual([]);
  });
  test("whose room has stood without plant for half a day is not", () => {
    const out = (days: number) => (days > 10 && days < 10.5 ? 6 : 0);
    expect(
      told(16, (days, id) => ({ temperature_c: 19 - (id === "c-r-1" ? out(days) : 0), relative_humidity_pct: 50 })),
    ).toEqual([]);
  });
});

describe("water that the plant dries away", () => {
  const devices = `  - { id: door, room: a-101, quantities: [door], interval: 60s }
  - { id: roof, room: outdoor, quantities: [temperature_c, relative_humidity_pct], interval: 60s }
  - { id: c-2, room: a-102, quantities: [temperature_c, relative_humidity_pct], interval: 60s }
  - { id: pir, room: a-101, quantities: [motion], interval: 60s }`;
  const leaks = (roof: Values) => {
    const b = watched(
      parseSite(
        `site: { id: north, name: { zh: 北院, en: North } }
rooms: [{ id: a-101 }, { id: a-102 }, { id: outdoor, climate_control: none }]
devices:
  - { id: climate, room: a-101, quantities: [temperature_c, relative_humidity_pct], interval: 60s }
${devices}`,
        { directory: ".", name: "site.yaml", nowMs: startMs },
      ).site,
      emptyState(),
    );
    return afterADay(b, { climate: usual, door: { door: 0 }, roof, "c-2": usual, pir: { motion: 0 } }, 150, (n, id) =>
      id === "climate" ? { temperature_c: 19, relative_humidity_pct: 50 + Math.min(1.6, n / 20) } : null,
    ).filter(({ condition }) => condition === "water-leak");
  };
  test("is suspected where the outdoor air is drier, the door shut, nobody inside and the neighbours as ever", () => {
    const [leak] = leaks({ temperature_c: 2, relative_humidity_pct: 60 });
    expect(leak?.evidence?.map(({ text }) => text.en)).toContainEqual(
      expect.stringMatching(/above its usual for \d+ min/),
    );
  });
  test("is not where the outdoor air is wetter", () => {
    expect(leaks({ temperature_c: 26, relative_humidity_pct: 80 })).toEqual([]);
  });
});
