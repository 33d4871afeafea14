import { expect, test } from "vitest";
import { conditions } from "../../alerts/index.ts";
import { rationalPriority } from "../../docs/generate/rationalisation.ts";

test.each(conditions.map(({ name, defaults }) => [name, defaults.priority] as const))(
  "%s has the priority that its consequence and the time to respond give it",
  (name, priority) => expect(priority).toBe(rationalPriority(name)),
);

test("a priority is rarer the more urgent it is", () => {
  const count = (of: string) => conditions.filter(({ defaults }) => defaults.priority === of).length;
  expect(count("critical")).toBeLessThan(count("high"));
  expect(count("high")).toBeLessThan(count("medium") + count("low"));
});
