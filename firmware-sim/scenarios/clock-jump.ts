import { chooseClimateDevice, defineScenario } from "./scenario.ts";

export const clockJump = defineScenario({
  name: "clock-jump",
  summary: "A climate sensor's clock jumps ahead, as after a bad time server, and is set right later.",
  parameters: {
    jump_s: { default: 7_200, unit: "s", meaning: "How far it jumps; negative for back" },
    minutes: { default: 10, unit: "min", meaning: "How long until it is set right" },
  },
  startAfterMs: 20_000,
  target: chooseClimateDevice,
  begin(causes, target, values) {
    const device = causes.device(target.device!);
    device.stepClock(values.jump_s * 1000);
    return { durationMs: values.minutes * 60_000, end: () => device.stepClock(-values.jump_s * 1000) };
  },
});
