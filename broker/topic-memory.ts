// The longest topic of the contract has 203 characters.
const longestRemembered = 256;

/**
 * What was found out about a topic, kept for the next message on it. Bounded in number and in length, because topics
 * are made up by clients; when it is full it starts afresh.
 */
export class TopicMemory<Value> {
  readonly #values = new Map<string, Value>();
  readonly #atMost: number;

  constructor(atMost: number) {
    this.#atMost = atMost;
  }

  get(topic: string): Value | undefined {
    return this.#values.get(topic);
  }

  set(topic: string, value: Value): void {
    if (topic.length > longestRemembered) return;
    if (this.#values.size >= this.#atMost) this.#values.clear();
    this.#values.set(topic, value);
  }

  delete(topic: string): void {
    this.#values.delete(topic);
  }

  clear(): void {
    this.#values.clear();
  }
}
