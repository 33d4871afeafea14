import type { DutyView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { nowMs } from "../../clock.ts";
import { momentOf, named } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Card, Shown, Table } from "../../parts/pieces.tsx";
import { peopleWords } from "../../words/people.ts";

interface Turn {
  from: string;
  to: string;
  rotas: DutyView[];
}

const weekMs = 7 * 86_400_000;
/** Whoever changes duties more often than this sees the first days of the week. */
const turnsAtMost = 40;

/** Who is on call in the next seven days, change by change. */
export function Week() {
  const words = peopleWords();
  const asked = useAsked(turns, []);
  return (
    <Card title={words.week} wide>
      <Shown asked={asked}>
        {(found) => (
          <Table
            caption={words.week}
            rows={found}
            keyOf={({ from }) => from}
            columns={[
              { head: words.from, cell: ({ from }) => <span class="short">{momentOf(from)}</span> },
              { head: words.to, cell: ({ to }) => <span class="short">{momentOf(to)}</span> },
              ...(found[0]?.rotas ?? []).map(({ rota, name }) => ({
                head: named(name),
                cell: ({ rotas }: Turn) => namesOf(rotas.find((duty) => duty.rota === rota)),
              })),
            ]}
          />
        )}
      </Shown>
    </Card>
  );
}

/** Names are for those who work with them: others see how many there are. */
export const namesOf = (duty: DutyView | undefined): string =>
  !duty || duty.people.length === 0
    ? peopleWords().gap
    : duty.people.every(({ id }) => id === null)
      ? peopleWords().nameless(duty.people.length)
      : duty.people.map(({ id, name }) => `${name ?? ""} ${id ?? ""}`.trim()).join(", ");

async function turns(signal: AbortSignal): Promise<Turn[]> {
  const all: Turn[] = [];
  const endMs = nowMs() + weekMs;
  let at = new Date(nowMs()).toISOString();
  while (Date.parse(at) < endMs && all.length < turnsAtMost) {
    const { rotas } = await ask<{ rotas: DutyView[] }>("/telling/on-duty", { query: { at }, signal });
    const changes = rotas.flatMap(({ until }) => (until === null ? [] : [Date.parse(until)]));
    const toMs = Math.min(endMs, ...changes.filter((atMs) => atMs > Date.parse(at)));
    const to = new Date(toMs).toISOString();
    const last = all.at(-1);
    // What changes somewhere else of a rota may change nobody.
    if (last && sameAs(last.rotas, rotas)) last.to = to;
    else all.push({ from: at, to, rotas });
    at = to;
  }
  return all;
}

const sameAs = (a: readonly DutyView[], b: readonly DutyView[]) =>
  a.map(namesOf).join("\n") === b.map(namesOf).join("\n");
