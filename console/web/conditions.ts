import { signal } from "@preact/signals";
import type { ConditionView } from "../../contract/index.ts";
import { ask } from "./api.ts";
import { language } from "./language.ts";

/** What each condition means, asked for once. */
const known = signal<ReadonlyMap<string, ConditionView>>(new Map());
let asked = false;

function lookUp(name: string): ConditionView | undefined {
  if (!asked) {
    asked = true;
    ask<{ conditions: ConditionView[] }>("/conditions").then(
      ({ conditions }) => {
        known.value = new Map(conditions.map((condition) => [condition.name, condition]));
      },
      () => {
        asked = false;
      },
    );
  }
  return known.value.get(name);
}

export const titleOf = (name: string): string => lookUp(name)?.title[language.value] ?? name;
export const adviceOf = (name: string): string | null => lookUp(name)?.advice[language.value] ?? null;
export const conditionsKnown = (): ConditionView[] => {
  lookUp("");
  return [...known.value.values()];
};

/** A message without the advice that is said beside it by itself. */
export const withoutAdvice = (message: string, advice: string | null): string => {
  const text = message.trim();
  return advice !== null && text.endsWith(advice) ? text.slice(0, -advice.length).trim() : text;
};
