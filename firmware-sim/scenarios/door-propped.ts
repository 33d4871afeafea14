import { chooseRoom, defineScenario } from "./scenario.ts";

export const doorPropped = defineScenario({
  name: "door-propped",
  summary: "Somebody wedges a room's door open and leaves; the corridor's air comes in.",
  parameters: {
    minutes: { default: 15, unit: "min", meaning: "How long the door stays open" },
  },
  startAfterMs: 20_000,
  target: (site, wish) =>
    chooseRoom(site, wish, (room) => site.config.doors.some((door) => door.room === room && door.contact)),
  begin(causes, target, values) {
    const room = causes.room(target.room!);
    room.doorPropped = true;
    return {
      durationMs: values.minutes * 60_000,
      end() {
        room.doorPropped = false;
      },
    };
  },
});
