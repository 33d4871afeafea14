import { chooseClimateDevice, defineScenario } from "./scenario.ts";

export const sensorSilent = defineScenario({
  name: "sensor-silent",
  summary: "A climate sensor loses its power, and with it what it had not sent; later it boots anew.",
  parameters: {
    minutes: { default: 15, unit: "min", meaning: "How long it has no power" },
  },
  startAfterMs: 20_000,
  target: chooseClimateDevice,
  begin(causes, target, values) {
    const device = causes.device(target.device!);
    device.setPower(false);
    return { durationMs: values.minutes * 60_000, end: () => device.setPower(true) };
  },
});
