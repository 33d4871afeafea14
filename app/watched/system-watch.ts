import type { Clock, Timer } from "../../core/index.ts";
import type { LoggedEvent } from "../engine/log-events.ts";

type ConditionEvent = Extract<LoggedEvent, { event: "condition" }>;

/** Something about this program itself that can be wrong: what it measures now. */
export interface Watched {
  condition: ConditionEvent["condition"];
  subject: string;
  unit: string | null;
  measure(): { wrong: boolean; value: number | null; limit: number | null; detail?: string };
}

export interface SystemWatch {
  start(): void;
  stop(): void;
}

const everyMs = 5_000;

/** Looks at each watched thing regularly and enters what changes into the log, where the engine hears it. */
export function createSystemWatch(options: {
  watched: () => readonly Watched[];
  /** Whether an alarm stands from before this start, so that its end is reported too. */
  standsNow: (condition: string, subject: string) => boolean;
  report: (event: ConditionEvent) => void;
  clock: Clock;
}): SystemWatch {
  const reported = new Map<string, boolean>();
  let timer: Timer | null = null;
  const look = () => {
    for (const { condition, subject, unit, measure } of options.watched()) {
      const { wrong, ...facts } = measure();
      const key = `${condition}|${subject}`;
      const before = reported.get(key) ?? options.standsNow(condition, subject);
      reported.set(key, wrong);
      if (wrong !== before) options.report({ event: "condition", condition, subject, active: wrong, unit, ...facts });
    }
  };
  return {
    start() {
      look();
      timer = options.clock.every(everyMs, look);
    },
    stop: () => timer?.cancel(),
  };
}
