import type { Report } from "../../../../contract/index.ts";
import { dayOf, exactOf, figure, language, lengthOf, momentOf, named } from "../../language.ts";
import { Badge, Card, Table } from "../../parts/pieces.tsx";
import { pieceWords } from "../../words/pieces.ts";
import { reportWords } from "../../words/reports.ts";
import { Completeness } from "./completeness.tsx";

/** A report as one page: first the figures that somebody who has a minute wants, then what they are made of. */
export function Paper({ report }: { report: Report }) {
  const words = reportWords();
  const roomName = (room: string | null) =>
    room === null ? "–" : named(report.names.rooms[room] ?? { zh: room, en: room });
  const title = (condition: keyof Report["names"]["conditions"]) =>
    report.names.conditions[condition]?.[language.value] ?? condition;
  const { checks } = report;
  return (
    <div class="one-page">
      <p class="soft">
        {named(report.site.name)} · {exactOf(report.from)} – {exactOf(report.to)} · {words.made(exactOf(report.madeAt))}
      </p>
      <Summary report={report} />
      <Card title={`${words.alarms} (${report.performance.annunciated})`} wide>
        {report.alarms.length === 0 ? (
          <p class="soft">{words.noAlarms}</p>
        ) : (
          <Table
            caption={words.alarms}
            rows={report.alarms}
            keyOf={({ id }) => id}
            columns={[
              { head: words.when, cell: ({ at }) => momentOf(at) },
              {
                head: words.what,
                cell: ({ priority, condition }) => (
                  <>
                    <Badge kind={priority}>{pieceWords().priorities[priority]}</Badge> {title(condition)}
                  </>
                ),
              },
              { head: words.room, cell: ({ room }) => roomName(room) },
              {
                head: words.answered,
                cell: ({ answeredAfterS }) => (answeredAfterS === null ? "–" : lengthOf(answeredAfterS * 1_000)),
              },
              { head: words.over, cell: ({ returnedAt }) => (returnedAt === null ? "–" : momentOf(returnedAt)) },
            ]}
          />
        )}
      </Card>
      <Card title={words.excursions} wide>
        {report.excursions.length === 0 ? (
          <p class="soft">{words.nothing}</p>
        ) : (
          <Table
            caption={words.excursions}
            rows={report.excursions}
            keyOf={({ room, device, condition, from }) => `${room} ${device} ${condition} ${from}`}
            columns={[
              { head: words.when, cell: ({ from }) => momentOf(from) },
              { head: words.what, cell: ({ condition }) => title(condition) },
              { head: words.room, cell: ({ room }) => roomName(room) },
              { head: words.hours, cell: ({ hours }) => figure(hours, 1), number: true },
              {
                head: words.extreme,
                cell: ({ extreme, unit }) => (extreme === null ? "–" : `${figure(extreme, 1)} ${unit ?? ""}`),
                number: true,
              },
            ]}
          />
        )}
      </Card>
      {report.remedial.length > 0 && (
        <Card title={words.remedial} wide>
          <Table
            caption={words.remedial}
            rows={report.remedial}
            keyOf={({ alarm }) => alarm}
            columns={[
              { head: words.due, cell: ({ due }) => dayOf(due) },
              { head: words.what, cell: ({ condition }) => title(condition) },
              { head: words.room, cell: ({ room }) => roomName(room) },
              { head: words.measure, cell: ({ measure }) => measure },
              { head: words.owner, cell: ({ owner }) => owner },
            ]}
          />
        </Card>
      )}
      <div class="columns">
        <Completeness devices={report.devices} />
        <Card title={words.telling}>
          {report.telling.length > 0 && (
            <Table
              caption={words.telling}
              rows={report.telling}
              keyOf={({ channel }) => channel}
              columns={[
                { head: words.channel, cell: ({ channel }) => channel },
                { head: words.sent, cell: ({ messages }) => messages, number: true },
                { head: words.delivered, cell: ({ delivered }) => delivered, number: true },
                { head: words.failed, cell: ({ givenUp }) => givenUp, number: true },
              ]}
            />
          )}
          <p class="soft">{checks.made === 0 ? words.noChecks : words.checks(checks.made, checks.arrived)}</p>
          <p class="soft">{words.drills(report.drills.length, report.drills.filter(({ answer }) => answer).length)}</p>
        </Card>
      </div>
    </div>
  );
}

/** Two sensors of one room that say the same are one stay outside. */
function hoursOutside(excursions: Report["excursions"]): number {
  const longest = new Map<string, number>();
  for (const { room, condition, from, hours } of excursions) {
    const day = `${room} ${condition} ${from.slice(0, 10)}`;
    longest.set(day, Math.max(longest.get(day) ?? 0, hours));
  }
  return [...longest.values()].reduce((sum, hours) => sum + hours, 0);
}

function Summary({ report }: { report: Report }) {
  const words = reportWords();
  const { performance, excursions, devices } = report;
  const answers = Object.entries(performance.priorities).flatMap(([priority, { toAcknowledge }]) =>
    priority === "critical" && toAcknowledge.medianS !== null ? [toAcknowledge.medianS] : [],
  );
  const [expected, received] = devices.reduce(([all, got], one) => [all + one.expected, got + one.received], [0, 0]);
  const figures = [
    [words.alarms, String(performance.annunciated)],
    [words.critical, String(performance.priorities.critical.annunciated)],
    [words.criticalAnswered, answers[0] === undefined ? "–" : lengthOf(answers[0] * 1_000)],
    [words.hoursOutside, figure(hoursOutside(excursions), 1)],
    [words.readings, expected === 0 ? "–" : `${figure(Math.min(100, (received / expected) * 100), 1)} %`],
    [words.remedial, String(report.remedial.length)],
  ] as const;
  return (
    <div class="numbers">
      {figures.map(([label, value]) => (
        <div key={label} class="number-card">
          <b>{value}</b>
          <span>{label}</span>
        </div>
      ))}
    </div>
  );
}
