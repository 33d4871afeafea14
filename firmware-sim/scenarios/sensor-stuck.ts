import { chooseClimateDevice, defineScenario } from "./scenario.ts";

export const sensorStuck = defineScenario({
  name: "sensor-stuck",
  summary: "A climate sensor's converter hangs: the device goes on reporting what it had last, whatever the room does.",
  parameters: {
    hours: { default: 48, unit: "h", meaning: "How long until somebody restarts it" },
  },
  startAfterMs: 20_000,
  target: chooseClimateDevice,
  begin(causes, target, values) {
    const { sensors } = causes.device(target.device!);
    sensors.hung = true;
    return {
      durationMs: values.hours * 3_600_000,
      end() {
        sensors.hung = false;
      },
    };
  },
});
