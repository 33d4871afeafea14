import { noFire } from "../model.ts";
import { chooseRoomWithSmokeSensor, defineScenario } from "./scenario.ts";

/** Mass lost at full smoulder, g/s: a tray of cables among paper, short of flames. */
const fullMassGPerS = 0.5;
/** Light a gram of smouldering smoke source takes away, m²; tests of cables and cellulose give 0.5…1.2. */
const smokeM2PerG = 0.8;
const heatJPerG = 6_000;
/** Smouldering burns badly: a tenth of what is lost becomes carbon monoxide. */
const coPart = 0.1;

export const smoulderingFire = defineScenario({
  name: "smouldering-fire",
  summary: "A cable begins to smoulder: it smokes and warms the room, ever faster, until the fuel is used up.",
  parameters: {
    growth_s: {
      default: 1_800,
      demo: 45,
      unit: "s",
      meaning: "Time to the full smoulder; real cables take half an hour, the demonstration less than a minute",
    },
    duration_s: { default: 3_600, demo: 180, unit: "s", meaning: "Time until the fuel is used up" },
  },
  startAfterMs: 20_000,
  target: chooseRoomWithSmokeSensor,
  begin(causes, target, values) {
    const room = causes.room(target.room!);
    return {
      durationMs: values.duration_s * 1000,
      // The usual growth of a young fire: with the square of its age.
      step(elapsedMs) {
        const massGPerS = fullMassGPerS * Math.min(1, (elapsedMs / 1000 / Math.max(1, values.growth_s)) ** 2);
        room.fire = {
          heatW: massGPerS * heatJPerG,
          smokeM2PerS: massGPerS * smokeM2PerG,
          coGPerS: massGPerS * coPart,
        };
      },
      end() {
        room.fire = noFire;
      },
    };
  },
});
