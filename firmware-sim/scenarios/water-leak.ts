import { chooseRoom, defineScenario, devicesIn } from "./scenario.ts";

export const waterLeak = defineScenario({
  name: "water-leak",
  summary: "A pipe drips onto the floor: the puddle spreads to the leak sensor and its water rises into the air.",
  parameters: {
    spread_m2_per_min: { default: 0.2, demo: 3, unit: "m²/min", meaning: "How fast the puddle spreads" },
    area_m2: { default: 12, unit: "m²", meaning: "How large it becomes" },
    minutes: { default: 120, demo: 5, unit: "min", meaning: "Time until the pipe is shut and the floor is dry" },
  },
  startAfterMs: 20_000,
  target(site, wish) {
    const feels = (room: string) =>
      devicesIn(site, room).some((id) => site.devices.get(id)?.quantities.includes("leak"));
    return chooseRoom(site, wish, feels);
  },
  begin(causes, target, values) {
    const room = causes.room(target.room!);
    return {
      durationMs: values.minutes * 60_000,
      step(elapsedMs) {
        room.wetFloorM2 = Math.min(values.area_m2, (values.spread_m2_per_min * elapsedMs) / 60_000);
      },
      end() {
        room.wetFloorM2 = 0;
      },
    };
  },
});
