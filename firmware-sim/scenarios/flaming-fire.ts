import { noFire } from "../model.ts";
import { chooseRoomWithSmokeSensor, defineScenario } from "./scenario.ts";

/** What the air of a closed store feeds; beyond it the fire lacks oxygen. */
const fullHeatW = 400_000;
/** The usual measure of growth: the time in which a fire reaches a megawatt, with the square of its age. */
const megawatt = 1_055_000;
const heatJPerG = 13_000;
/** Paper burns clean: 1.5 % soot, of which a gram takes 8.7 m² of light away. */
const smokeM2PerG = 0.13;
/** Grows in a closed room; with much air it is a tenth of this. */
const coPart = 0.02;

export const flamingFire = defineScenario({
  name: "flaming-fire",
  summary: "Paper catches fire and burns with open flames: heat within minutes, until the fuel is used up.",
  parameters: {
    growth_s: { default: 600, unit: "s", meaning: "Time in which it would reach a megawatt; 600 s is a slow fire" },
    duration_s: { default: 900, demo: 300, unit: "s", meaning: "Time until the fuel is used up" },
  },
  startAfterMs: 20_000,
  target: chooseRoomWithSmokeSensor,
  begin(causes, target, values) {
    const room = causes.room(target.room!);
    return {
      durationMs: values.duration_s * 1000,
      step(elapsedMs) {
        const heatW = Math.min(fullHeatW, megawatt * (elapsedMs / 1000 / Math.max(1, values.growth_s)) ** 2);
        const massGPerS = heatW / heatJPerG;
        room.fire = { heatW, smokeM2PerS: massGPerS * smokeM2PerG, coGPerS: massGPerS * coPart };
      },
      end() {
        room.fire = noFire;
      },
    };
  },
});
