import { chooseClimateDevice, defineScenario } from "./scenario.ts";

const dayMs = 86_400_000;

export const sensorDrift = defineScenario({
  name: "sensor-drift",
  summary: "A climate sensor ages: its elements move off their calibration a little more every day.",
  parameters: {
    humidity_pct_per_day: { default: 0.5, unit: "%RH/d", meaning: "Real ones lose 0.5 a year, near solvents 1 a day" },
    temperature_c_per_day: { default: 0.05, unit: "°C/d", meaning: "How fast the thermometer ages" },
    days: { default: 21, unit: "d", meaning: "How long until it is calibrated" },
  },
  startAfterMs: 20_000,
  target: chooseClimateDevice,
  begin(causes, target, values) {
    const { sensors } = causes.device(target.device!);
    return {
      durationMs: values.days * dayMs,
      step(elapsedMs) {
        sensors.agedPct = (values.humidity_pct_per_day * elapsedMs) / dayMs;
        sensors.agedC = (values.temperature_c_per_day * elapsedMs) / dayMs;
      },
      end() {
        sensors.agedPct = 0;
        sensors.agedC = 0;
      },
    };
  },
});
