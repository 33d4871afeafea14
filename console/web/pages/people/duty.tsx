import { useState } from "preact/hooks";
import type { DutyView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { nowMs } from "../../clock.ts";
import { fieldTextOf, momentOf, msOfField, named } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Choice } from "../../parts/choice.tsx";
import { Form, TextField } from "../../parts/form.tsx";
import { Card, Dialog, Shown } from "../../parts/pieces.tsx";
import { may } from "../../session.ts";
import { peopleWords } from "../../words/people.ts";
import { change, entriesOf, entryOf, settings, textOf } from "./edit.ts";
import { namesOf, Week } from "./week.tsx";

interface OnDuty {
  at: string;
  rotas: DutyView[];
}

/** Who is on call now, and who comes next. */
export function Duty() {
  const words = peopleWords();
  const asked = useAsked(async () => {
    const now = await ask<OnDuty>("/telling/on-duty");
    const changes = now.rotas.flatMap(({ until }) => (until === null ? [] : [until]));
    const later = await Promise.all(
      [...new Set(changes)].map(async (at) => [at, await ask<OnDuty>("/telling/on-duty", { query: { at } })] as const),
    );
    return { now, later: new Map(later) };
  }, []);
  const [exchanging, setExchanging] = useState<string | null>(null);
  const canEdit = may("configure") || may("consent");
  return (
    <Shown asked={asked}>
      {({ now, later }) => (
        <>
          {now.rotas.map((duty) => {
            const next =
              duty.until === null ? null : later.get(duty.until)?.rotas.find(({ rota }) => rota === duty.rota);
            return (
              <Card key={duty.rota} title={named(duty.name)}>
                <p>
                  <b>{namesOf(duty)}</b>
                  {duty.standsInFor !== null && ` (${words.standsIn} ${duty.standsInFor})`}
                </p>
                {duty.until !== null && (
                  <p class="soft">
                    {words.until} {momentOf(duty.until)}
                    {next && ` · ${words.next}: ${namesOf(next)}`}
                  </p>
                )}
                {canEdit && (
                  <button type="button" class="button quiet" onClick={() => setExchanging(duty.rota)}>
                    {words.addOverride}
                  </button>
                )}
              </Card>
            );
          })}
          <Week />
          {exchanging !== null && (
            <Exchange
              rota={exchanging}
              onClose={() => {
                setExchanging(null);
                asked.again();
              }}
            />
          )}
        </>
      )}
    </Shown>
  );
}

const dayMs = 86_400_000;

/** Exchanged duties of one rota, in the site file. */
function Exchange({ rota, onClose }: { rota: string; onClose: () => void }) {
  const words = peopleWords();
  const asked = useAsked(settings, []);
  const [person, setPerson] = useState("");
  const [from, setFrom] = useState(fieldTextOf(nowMs()));
  const [to, setTo] = useState(fieldTextOf(nowMs() + dayMs));
  const [reason, setReason] = useState("");
  const [said, setSaid] = useState<string | null>(null);
  const path = ["telling", "rotas", rota, "overrides"];
  return (
    <Dialog title={words.overrides} onClose={onClose}>
      <Shown asked={asked}>
        {({ editable, settings: found }) => {
          if (!editable) return <p class="notice">{words.notEditable}</p>;
          const rotas = entriesOf(entryOf(found.telling).rotas);
          const overrides = entriesOf(rotas.find(({ id }) => id === rota)?.overrides);
          const put = async (value: unknown) => {
            setSaid(await change([{ path, value }]));
            asked.again();
          };
          return (
            <>
              {said !== null && (
                <p class="notice" role="status">
                  {said}
                </p>
              )}
              <ul class="plain-list">
                {overrides.map((override, at) => (
                  <li key={`${textOf(override.from)} ${textOf(override.person)}`}>
                    {textOf(override.person)} {momentOf(textOf(override.from))} – {momentOf(textOf(override.to))}{" "}
                    {textOf(override.reason)}{" "}
                    <button
                      type="button"
                      class="link"
                      onClick={() => void put(overrides.filter((_, other) => other !== at))}
                    >
                      {words.remove}
                    </button>
                  </li>
                ))}
              </ul>
              <Form
                submit={words.save}
                send={() =>
                  put([
                    ...overrides,
                    {
                      from: new Date(msOfField(from)).toISOString(),
                      to: new Date(msOfField(to)).toISOString(),
                      person,
                      ...(reason === "" ? {} : { reason }),
                    },
                  ])
                }
              >
                <Choice
                  label={words.who}
                  required
                  value={person}
                  onPick={setPerson}
                  options={[
                    ["", ""],
                    ...entriesOf(found.people).map(
                      (one) => [textOf(one.id), `${textOf(one.name)} ${textOf(one.id)}`] as const,
                    ),
                  ]}
                />
                <TextField
                  label={words.from}
                  type="datetime-local"
                  required
                  name="from"
                  value={from}
                  onType={setFrom}
                />
                <TextField label={words.to} type="datetime-local" required name="to" value={to} onType={setTo} />
                <TextField label={words.why} name="reason" value={reason} onType={setReason} />
              </Form>
            </>
          );
        }}
      </Shown>
    </Dialog>
  );
}
