import type { AlarmView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { titleOf } from "../../conditions.ts";
import { dayBefore, named } from "../../language.ts";
import { roomOf } from "../../live.ts";
import { useAsked } from "../../parts/asked.ts";
import { Empty, Shown, Table } from "../../parts/pieces.tsx";
import { alarmWords } from "../../words/alarms.ts";

/** What cannot be put right within days, with an owner and a date. */
export function Remedial() {
  const words = alarmWords();
  const asked = useAsked(() => ask<{ alarms: AlarmView[] }>("/alarms", { query: { state: "remedial" } }), []);
  return (
    <Shown asked={asked}>
      {({ alarms }) =>
        alarms.length === 0 ? (
          <Empty>{words.noRemedial}</Empty>
        ) : (
          <Table
            caption={words.remedial}
            rows={alarms}
            keyOf={({ id }) => id}
            columns={[
              { head: words.due, cell: ({ remedial }) => (remedial ? dayBefore(remedial.due) : "–") },
              {
                head: words.place,
                cell: ({ room }) => (room ? named(roomOf(room)?.peek().name ?? { zh: room, en: room }) : words.system),
              },
              { head: words.sentence, cell: ({ condition }) => titleOf(condition) },
              { head: words.measure, cell: ({ remedial }) => remedial?.measure ?? "–" },
              { head: words.owner, cell: ({ remedial }) => remedial?.owner ?? "–" },
            ]}
          />
        )
      }
    </Shown>
  );
}
