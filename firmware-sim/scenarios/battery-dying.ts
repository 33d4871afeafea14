import { chooseDevice, defineScenario } from "./scenario.ts";

export const batteryDying = defineScenario({
  name: "battery-dying",
  summary: "A device's cell leaks: it runs down within days, then the device is dead until the cell is changed.",
  parameters: {
    empty_h: { default: 48, demo: 0.05, unit: "h", meaning: "Time until the cell is empty" },
    changed_h: { default: 60, demo: 0.1, unit: "h", meaning: "Time until somebody puts a new one in" },
  },
  startAfterMs: 20_000,
  target: (site, wish) => chooseDevice(site, wish, "battery_pct"),
  begin(causes, target, values) {
    const device = causes.device(target.device!);
    const emptyMs = Math.max(1, values.empty_h * 3_600_000);
    return {
      durationMs: values.changed_h * 3_600_000,
      step(elapsedMs) {
        device.sensors.chargePart = Math.max(0, 1 - elapsedMs / emptyMs);
        if (device.sensors.chargePart === 0) device.setPower(false);
      },
      end() {
        device.sensors.chargePart = 1;
        device.setPower(true);
      },
    };
  },
});
