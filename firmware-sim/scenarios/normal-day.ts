import { chooseRoom, defineScenario } from "./scenario.ts";

export const normalDay = defineScenario({
  name: "normal-day",
  summary: "Weather, working hours, visitors and doors as on any day; nothing goes wrong.",
  parameters: {},
  startAfterMs: 0,
  target: (site, wish) => (wish.room === undefined ? {} : chooseRoom(site, wish, () => true)),
  begin: () => ({ durationMs: 0, end() {} }),
});
