import type { SettingsEdit, SettingsResponse, SettingsResult } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { peopleWords } from "../../words/people.ts";

/** What the site file holds of a section, read with care: people write it. */
export const settings = () => ask<SettingsResponse>("/settings");

export type Entry = Readonly<Record<string, unknown>>;
const isEntry = (value: unknown): value is Entry =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const entryOf = (value: unknown): Entry => (isEntry(value) ? value : {});
export const entriesOf = (value: unknown): Entry[] => (Array.isArray(value) ? value.filter(isEntry) : []);
export const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** Says whether it is in force, or waits for somebody. */
export async function change(edits: readonly SettingsEdit[], comment = ""): Promise<string> {
  const words = peopleWords();
  const { applied, warnings } = await ask<SettingsResult>("/settings", { body: { edits, comment } });
  return [applied ? words.inForce : words.waits, ...warnings].join(" ");
}
