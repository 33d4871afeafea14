import type { Site } from "../../site/index.ts";
import { chooseRoom, defineScenario } from "./scenario.ts";

export const plantFailure = defineScenario({
  name: "plant-failure",
  summary: "The plant of a building stops: every room that it keeps drifts with the corridor and the weather.",
  parameters: {
    hours: { default: 12, unit: "h", meaning: "How long it stands" },
  },
  startAfterMs: 20_000,
  // The plant that keeps most rooms: there it is worst.
  target(site, wish) {
    const most = Math.max(...[...site.rooms.keys()].map((room) => keptWith(site, room).length));
    return chooseRoom(site, wish, (room) => keptWith(site, room).length === most);
  },
  begin(causes, target, values) {
    const rooms = keptWith(causes.site, target.room!).map((id) => causes.room(id));
    for (const room of rooms) room.climateUnitPowered = false;
    return {
      durationMs: values.hours * 3_600_000,
      end() {
        for (const room of rooms) room.climateUnitPowered = true;
      },
    };
  },
});

/** The room and all that the same plant keeps: the one that they name, or their building's. */
function keptWith(site: Site, room: string): string[] {
  const plantOf = (id: string) => {
    const config = site.rooms.get(id);
    return config?.climate_control === "none" ? undefined : (config?.plant ?? config?.building);
  };
  const plant = plantOf(room);
  if (plant === undefined) return [room];
  return [...site.rooms.keys()].filter((id) => plantOf(id) === plant);
}
