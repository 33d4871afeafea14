import { TopicMemory } from "./topic-memory.ts";
import { matches } from "./topic-rights.ts";

// Topics whose matches are remembered; a site has a handful per device, an attacker as many as they like.
const rememberedTopics = 50_000;

/**
 * Values under MQTT topic filters. A sensor publishes to the same topic for years while subscriptions rarely change,
 * so matches are remembered by topic until a subscription that could change them comes or goes.
 */
export class FilterTable<Value, Match = Value> {
  readonly #exact = new Map<string, Set<Value>>();
  readonly #wild = new Map<string, Set<Value>>();
  readonly #remembered = new TopicMemory<readonly Match[]>(rememberedTopics);
  readonly #choose: (found: Value[]) => readonly Match[];

  /** @param choose reduces what matches a topic to what the caller wants to know; its answer is remembered. */
  constructor(choose: (found: Value[]) => readonly Match[]) {
    this.#choose = choose;
  }

  add(filter: string, value: Value): void {
    const table = this.#tableOf(filter);
    const values = table.get(filter);
    if (values) values.add(value);
    else table.set(filter, new Set([value]));
    this.#forget(filter);
  }

  remove(filter: string, value: Value): void {
    const table = this.#tableOf(filter);
    const values = table.get(filter);
    if (!values?.delete(value)) return;
    if (values.size === 0) table.delete(filter);
    this.#forget(filter);
  }

  match(topic: string): readonly Match[] {
    const known = this.#remembered.get(topic);
    if (known) return known;
    const found = [...(this.#exact.get(topic) ?? [])];
    for (const [filter, values] of this.#wild) if (matches(filter, topic)) found.push(...values);
    const chosen = this.#choose(found);
    this.#remembered.set(topic, chosen);
    return chosen;
  }

  #tableOf(filter: string): Map<string, Set<Value>> {
    return filter.includes("+") || filter.includes("#") ? this.#wild : this.#exact;
  }

  #forget(filter: string): void {
    if (this.#tableOf(filter) === this.#exact) this.#remembered.delete(filter);
    else this.#remembered.clear();
  }
}
