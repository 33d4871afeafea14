import { chooseRoom, defineScenario } from "./scenario.ts";

export const hvacFailure = defineScenario({
  name: "hvac-failure",
  summary: "A room's climate unit loses its power; temperature and humidity drift with the corridor and the weather.",
  parameters: {
    hours: { default: 12, unit: "h", meaning: "How long the unit stands" },
  },
  startAfterMs: 20_000,
  // Where the limits are narrowest the failure is felt first.
  target(site, wish) {
    const width = (room: string) => {
      const { low, high } = site.limitsOf(room).temperatureC;
      return low === null || high === null ? Number.POSITIVE_INFINITY : high - low;
    };
    const controlled = [...site.rooms.values()].filter((room) => room.climate_control !== "none").map((r) => r.id);
    const narrowest = Math.min(...controlled.map(width));
    return chooseRoom(site, wish, (room) => controlled.includes(room) && width(room) === narrowest);
  },
  begin(causes, target, values) {
    const room = causes.room(target.room!);
    room.climateUnitPowered = false;
    return {
      durationMs: values.hours * 3_600_000,
      end() {
        room.climateUnitPowered = true;
      },
    };
  },
});
