import { useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import type { Report, ReportSummary } from "../../../contract/index.ts";
import { ask } from "../api.ts";
import { momentOf } from "../language.ts";
import { useAsked } from "../parts/asked.ts";
import { Act, Card, Empty, Head, Shown } from "../parts/pieces.tsx";
import { may } from "../session.ts";
import { reportWords } from "../words/reports.ts";
import { Paper } from "./reports/paper.tsx";
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
