import { chooseRoom, defineScenario, devicesIn } from "./scenario.ts";

export const networkOutage = defineScenario({
  name: "network-outage-with-backfill",
  summary: "The switch of a building fails; its devices go on measuring and tell everything when it is back.",
  parameters: {
    minutes: { default: 10, unit: "min", meaning: "How long there is no network" },
  },
  startAfterMs: 20_000,
  target: (site, wish) => chooseRoom(site, wish, (room) => devicesIn(site, room).length > 0),
  begin(causes, target, values) {
    const { site } = causes;
    const building = site.rooms.get(target.room!)?.building;
    const affected = [...site.rooms.values()]
      .filter((room) => room.id === target.room || (building !== undefined && room.building === building))
      .flatMap((room) => devicesIn(site, room.id))
      .map((id) => causes.device(id));
    for (const device of affected) device.setNetwork(false);
    return {
      durationMs: values.minutes * 60_000,
      end() {
        for (const device of affected) device.setNetwork(true);
      },
    };
  },
});
