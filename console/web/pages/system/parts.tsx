import type { HealthResponse } from "../../../../contract/index.ts";
import { figure, minuteMs } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Badge, Card, Shown, Table } from "../../parts/pieces.tsx";
import { systemWords } from "../../words/system.ts";

/** Not under /api/v1, and 503 is an answer too. */
async function look(): Promise<{ health: HealthResponse; figures: Map<string, number> }> {
  const headers = { "x-unattended": "1" };
  const [health, metrics] = await Promise.all([fetch("/health", { headers }), fetch("/metrics", { headers })]);
  return { health: await health.json(), figures: figuresOf(await metrics.text()) };
}

/** Prometheus' text: a name with its labels, and a number. */
function figuresOf(text: string): Map<string, number> {
  const lines = text.split("\n").flatMap((line) => {
    const [, name, value] = /^(archive_sentry_\S+|process_resident_memory_bytes) (\S+)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, Number(value)] as const];
  });
  return new Map(lines);
}

const mebibytes = (bytes: number | undefined) => (bytes === undefined ? "–" : `${figure(bytes / 2 ** 20, 0)} MiB`);

/** Stores and channels keep the names that the site file gives them. */
const partWord = (part: string): string => systemWords().partNames[part] ?? part;

export function Parts() {
  const words = systemWords();
  const asked = useAsked(look, [minuteMs.value]);
  return (
    <Shown asked={asked}>
      {({ health, figures }) => {
        const sum = (name: string) =>
          [...figures].filter(([key]) => key.startsWith(name)).reduce((total, [, value]) => total + value, 0);
        const numbers = [
          [words.version, health.version],
          [words.samples, figure(figures.get("archive_sentry_samples_total") ?? 0, 0)],
          [words.quarantined, figure(figures.get("archive_sentry_quarantined_total") ?? 0, 0)],
          [words.openAlarms, figure(sum("archive_sentry_open_alarms"), 0)],
          [words.intakeBytes, mebibytes(figures.get("archive_sentry_intake_bytes"))],
          [words.memory, mebibytes(figures.get("process_resident_memory_bytes"))],
        ] as const;
        return (
          <>
            <div class="numbers">
              {numbers.map(([label, value]) => (
                <div key={label} class="number-card">
                  <b>{value}</b>
                  <span>{label}</span>
                </div>
              ))}
            </div>
            <Card wide>
              <Table
                caption={words.views.parts}
                rows={Object.entries(health.parts)}
                keyOf={([part]) => part}
                columns={[
                  {
                    head: words.part,
                    cell: ([part]) => (partWord(part) === part ? <code>{part}</code> : partWord(part)),
                  },
                  {
                    head: words.state,
                    cell: ([, { ready, reason }]) => (
                      <>
                        <Badge kind={ready ? "ok" : "high"}>{ready ? words.works : words.fails}</Badge> {reason}
                      </>
                    ),
                  },
                  {
                    head: words.lag,
                    cell: ([part]) => figures.get(`archive_sentry_consumer_lag{consumer="${part}"}`) ?? "–",
                    number: true,
                  },
                ]}
              />
            </Card>
          </>
        );
      }}
    </Shown>
  );
}
