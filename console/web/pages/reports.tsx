import { useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import type { Report, ReportSummary } from "../../../contract/index.ts";
import { ask } from "../api.ts";
import { exactOf, figure, language, lengthOf, momentOf, named } from "../language.ts";
import { useAsked } from "../parts/asked.ts";
import { Act, Badge, Card, Empty, Head, Shown, Table } from "../parts/pieces.tsx";
import { may } from "../session.ts";
import { pieceWords } from "../words/pieces.ts";
import { reportWords } from "../words/reports.ts";
import { Register } from "./reports/register.tsx";

const kinds = ["daily", "weekly", "monthly"] as const;

/** Reports of days, weeks and months; the last of each kind can be had before it is made. */
export function Reports() {
  const { params } = useRoute();
  return params.name === undefined ? <List /> : <One name={params.name} />;
}

function List() {
  const words = reportWords();
  const asked = useAsked(() => ask<{ reports: ReportSummary[] }>("/reports", { query: { limit: 200 } }), []);
  return (
    <>
      <Head title={words.title} />
      <div class="columns three">
        {kinds.map((kind) => (
          <Card key={kind} title={words.kinds[kind]}>
            <p>
              <a href={`/reports/${kind}-last`}>{words.now[kind]}</a>
            </p>
            <Shown asked={asked}>
              {({ reports }) => {
                const own = reports.filter((report) => report.kind === kind);
                if (own.length === 0) return <Empty>{words.none}</Empty>;
                return (
                  <ul class="plain-list">
                    {own.map(({ name, period, madeAt }) => (
                      <li key={name}>
                        <a href={`/reports/${name}`}>{period}</a>{" "}
                        <span class="soft">{words.made(momentOf(madeAt))}</span>
                      </li>
                    ))}
                  </ul>
                );
              }}
            </Shown>
          </Card>
        ))}
        <Register />
      </div>
    </>
  );
}

function One({ name }: { name: string }) {
  const words = reportWords();
  const asked = useAsked(() => ask<Report>(`/reports/${encodeURIComponent(name)}`), [name]);
  const [mailed, setMailed] = useState<number | null>(null);
  const mail = async () => {
    const { recipients } = await ask<{ recipients: number }>(`/reports/${encodeURIComponent(name)}/mail`, { body: {} });
    setMailed(recipients);
  };
  return (
    <>
      <Head title={asked.value ? `${words.titles[asked.value.kind]} ${asked.value.period}` : words.title}>
        <a href="/reports">{words.back}</a>
        <button type="button" class="button quiet" onClick={() => window.print()}>
          {words.print}
        </button>
        {may("configure") && <Act work={mail}>{words.mail}</Act>}
        {mailed !== null && <span role="status">{words.mailed(mailed)}</span>}
      </Head>
      <Shown asked={asked}>{(report) => <Paper report={report} />}</Shown>
    </>
  );
}

function Paper({ report }: { report: Report }) {
  const words = reportWords();
  const roomName = (room: string | null) =>
    room === null ? "–" : named(report.names.rooms[room] ?? { zh: room, en: room });
  const title = (condition: keyof Report["names"]["conditions"]) =>
    report.names.conditions[condition]?.[language.value] ?? condition;
  const { checks } = report;
  return (
    <>
      <p class="soft">
        {named(report.site.name)} · {exactOf(report.from)} – {exactOf(report.to)} · {words.made(exactOf(report.madeAt))}
      </p>
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
            keyOf={({ room, condition, from }) => `${room} ${condition} ${from}`}
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
      <div class="columns">
        <Card title={words.devices}>
          <Table
            caption={words.devices}
            rows={report.devices}
            keyOf={({ device }) => device}
            columns={[
              { head: words.device, cell: ({ device }) => <code>{device}</code> },
              { head: words.complete, cell: ({ completePct }) => `${figure(completePct, 1)} %`, number: true },
              { head: words.received, cell: ({ received, expected }) => `${received} / ${expected}`, number: true },
              { head: words.gaps, cell: ({ gaps }) => gaps.length, number: true },
            ]}
          />
        </Card>
        <Card title={words.telling}>
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
          <p class="soft">{words.checks(checks.made, checks.arrived)}</p>
        </Card>
      </div>
    </>
  );
}
