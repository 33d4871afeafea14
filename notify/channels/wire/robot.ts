import type { Clock, Timer } from "../../../core/index.ts";
import type { RenderedMessage, SendResult } from "../../channel.ts";
import { chatSummary, chatText } from "../../chat-text.ts";

const windowMs = 60_000;

export interface RobotOptions {
  clock: Clock;
  /** Messages in any minute that the platform takes. */
  perMinute: number;
  timeoutMs: number;
  post(text: string, options: { mention: boolean; signal: AbortSignal }): Promise<SendResult>;
}

interface Waiting {
  message: RenderedMessage;
  settle(result: SendResult): void;
}

/**
 * Speaks in one group chat at the pace that the platform allows, because whoever exceeds it is shut out for minutes.
 * What arrives while it speaks or must wait becomes one message a room and condition, and one summary where there are
 * more of those than places. A fifth of the places is kept for critical alarms.
 */
export function createRobot({ clock, perMinute, timeoutMs, post }: RobotOptions) {
  const spokenAtMs: number[] = [];
  let waiting: Waiting[] = [];
  let speaking: { units: Waiting[]; abort: AbortController } | null = null;
  let timer: Timer | null = null;

  function places(urgent: boolean): number {
    const sinceMs = clock.monotonicMs() - windowMs;
    while (spokenAtMs.length > 0 && spokenAtMs[0]! <= sinceMs) spokenAtMs.shift();
    return perMinute - (urgent ? 0 : Math.floor(perMinute / 5)) - spokenAtMs.length;
  }

  function speak(): void {
    timer?.cancel();
    timer = null;
    if (speaking !== null || waiting.length === 0) return;
    const units = unitsOf(waiting);
    const free = places(waiting.some(({ message }) => message.priority === "critical"));
    if (free <= 0) {
      const oldestMs = spokenAtMs[0] ?? clock.monotonicMs();
      timer = clock.after(Math.max(1, oldestMs + windowMs - clock.monotonicMs()), speak);
      return;
    }
    const now = units.length > free ? waiting : units[0]!;
    waiting = waiting.filter((each) => !now.includes(each));
    const messages = now.map(({ message }) => message);
    const text =
      units.length > free
        ? chatSummary(
            units.map((unit) => unit.map(({ message }) => message)),
            messages[0]!.language,
          )
        : chatText(messages.at(-1)!, messages.length - 1);
    void say(
      now,
      text,
      messages.some(({ priority, brief }) => priority === "critical" && !brief.returned),
    );
  }

  async function say(units: Waiting[], text: string, mention: boolean): Promise<void> {
    const abort = new AbortController();
    const limit = clock.after(timeoutMs, () => abort.abort());
    speaking = { units, abort };
    spokenAtMs.push(clock.monotonicMs());
    const result = await post(text, { mention, signal: abort.signal });
    limit.cancel();
    speaking = null;
    for (const { settle } of units) settle(result);
    speak();
  }

  return {
    send(message: RenderedMessage, signal: AbortSignal): Promise<SendResult> {
      return new Promise((resolve) => {
        const settle = (result: SendResult) => {
          signal.removeEventListener("abort", leave);
          resolve(result);
        };
        const mine = { message, settle };
        const leave = () => {
          waiting = waiting.filter((each) => each !== mine);
          // Others may be in the same message: it is cut off only where nobody else waits for it.
          if (speaking?.units.length === 1 && speaking.units[0] === mine) speaking.abort.abort();
          settle({ kind: "retry", reason: "cut off before the group had it" });
        };
        if (signal.aborted) return leave();
        signal.addEventListener("abort", leave, { once: true });
        waiting.push(mine);
        speak();
      });
    },
    close() {
      timer?.cancel();
      speaking?.abort.abort();
      for (const { settle } of waiting) settle({ kind: "retry", reason: "the channel was closed" });
      waiting = [];
    },
  };
}

/** One for each room and condition, in the order of the first of each. */
function unitsOf(waiting: readonly Waiting[]): Waiting[][] {
  const units = Map.groupBy(waiting, ({ message }) => JSON.stringify([message.room, message.condition]));
  return [...units.values()];
}
