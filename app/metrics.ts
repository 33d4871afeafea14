import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";

/** Figures of this program for Prometheus: names after its own conventions, one gauge a part. */
export interface Figures {
  samples(count: number): void;
  duplicates(count: number): void;
  quarantined(count: number): void;
  transitions(condition: string, transition: string): void;
  scrape(): Promise<{ contentType: string; text: string }>;
}

export function createFigures(read: {
  intakeHead: () => number;
  intakeBytes: () => number;
  lags: () => Record<string, number>;
  brokerCounters: () => Record<string, number>;
  openAlarms: () => Record<string, number>;
  alarmFlood: () => boolean;
  ready: () => Record<string, number>;
}): Figures {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `archive_sentry_${name}`, help, labelNames, registers: [registry] });
  const samples = counter("samples_total", "Samples stored in the embedded history");
  const duplicates = counter("duplicates_total", "Samples that had come before");
  const quarantined = counter("quarantined_total", "Messages and values set aside");
  const transitions = counter("alarm_transitions_total", "Journal transitions", ["condition", "transition"]);
  const gauge = (name: string, help: string, label: string | null, value: () => number | Record<string, number>) =>
    new Gauge({
      name: `archive_sentry_${name}`,
      help,
      labelNames: label === null ? [] : [label],
      registers: [registry],
      collect() {
        const now = value();
        if (typeof now === "number") this.set(now);
        else {
          this.reset();
          for (const [key, amount] of Object.entries(now)) this.set({ [label!]: key }, amount);
        }
      },
    });
  gauge("intake_head", "Position of the newest entry of the intake log", null, read.intakeHead);
  gauge("intake_bytes", "Bytes of the intake log in use", null, read.intakeBytes);
  gauge("consumer_lag", "Entries or rows a consumer is behind", "consumer", read.lags);
  gauge("part_ready", "1 while a part does its work, as /health says it", "part", read.ready);
  gauge("broker", "Counters of the broker", "what", read.brokerCounters);
  gauge("open_alarms", "Alarms that are not normal", "priority", read.openAlarms);
  gauge("alarm_flood", "1 while ten alarms or more were raised within ten minutes", null, () =>
    Number(read.alarmFlood()),
  );
  return {
    samples: (count) => samples.inc(count),
    duplicates: (count) => duplicates.inc(count),
    quarantined: (count) => quarantined.inc(count),
    transitions: (condition, transition) => transitions.inc({ condition, transition }),
    scrape: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
