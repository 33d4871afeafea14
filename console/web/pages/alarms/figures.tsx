import type { AlarmPerformance } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { titleOf } from "../../conditions.ts";
import { figure, lengthOf } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Badge, Card, Shown, Table } from "../../parts/pieces.tsx";
import { nameOf } from "../../room-state.ts";
import { alarmWords } from "../../words/alarms.ts";
import { pieceWords } from "../../words/pieces.ts";

const lengthOfS = (seconds: number | null) => (seconds === null ? "–" : lengthOf(seconds * 1_000));

/** How well alarms serve: the figures of EEMUA 191 and ISA-18.2. */
export function Figures() {
  const words = alarmWords().figures;
  const asked = useAsked(() => ask<AlarmPerformance>("/alarms/performance"), []);
  return (
    <Shown asked={asked}>
      {(found) => (
        <>
          <p class="soft">{words.period}</p>
          <div class="numbers">
            <Figure label={words.annunciated} value={String(found.annunciated)} />
            <Figure label={words.perTen} value={figure(found.per10Min.mean, 2)} />
            <Figure label={words.peak} value={String(found.per10Min.peak)} />
            <Figure label={words.flood} value={`${figure(found.per10Min.shareInFloodPct, 1)} %`} />
            <Figure label={words.standing} value={String(found.standing.length)} />
            <Figure label={words.chattering} value={String(found.chattering.length)} />
          </div>
          <div class="columns">
            <Card title={words.top}>
              <Table
                caption={words.top}
                rows={found.topTen}
                keyOf={({ condition, room, device, subject }) => `${condition} ${room} ${device} ${subject}`}
                columns={[
                  {
                    head: words.condition,
                    cell: ({ condition, room }) => `${titleOf(condition)}${room ? ` · ${nameOf(room)}` : ""}`,
                  },
                  { head: words.count, cell: ({ count }) => count, number: true },
                  { head: words.share, cell: ({ sharePct }) => `${figure(sharePct, 0)} %`, number: true },
                ]}
              />
            </Card>
            <Card title={words.priority}>
              <Table
                caption={words.priority}
                rows={Object.entries(found.priorities)}
                keyOf={([priority]) => priority}
                columns={[
                  {
                    head: words.priority,
                    cell: ([priority]) => (
                      <Badge kind={priorityOf(priority)}>{pieceWords().priorities[priorityOf(priority)]}</Badge>
                    ),
                  },
                  { head: words.count, cell: ([, { annunciated }]) => annunciated, number: true },
                  {
                    head: words.toAnswer,
                    cell: ([, { toAcknowledge }]) => lengthOfS(toAcknowledge.medianS),
                    number: true,
                  },
                  { head: words.toReturn, cell: ([, { toReturn }]) => lengthOfS(toReturn.medianS), number: true },
                ]}
              />
            </Card>
          </div>
        </>
      )}
    </Shown>
  );
}

const priorityOf = (name: string) =>
  name === "critical" || name === "high" || name === "medium" ? name : ("low" as const);

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div class="number-card">
      <b>{value}</b>
      <span>{label}</span>
    </div>
  );
}
