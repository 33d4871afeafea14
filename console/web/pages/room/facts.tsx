import type { DeviceView, Excursion, RoomView } from "../../../../contract/index.ts";
import { presetWords } from "../../../../site/preset-words.ts";
import { ask } from "../../api.ts";
import { nowMs } from "../../clock.ts";
import { titleOf } from "../../conditions.ts";
import { figure, lengthOf, momentOf, named } from "../../language.ts";
import { useAsked } from "../../parts/asked.ts";
import { Badge, Card, Empty, Shown, Table } from "../../parts/pieces.tsx";
import { roomPageWords } from "../../words/room.ts";

const names: Readonly<Record<string, { zh: string; en: string }>> = presetWords;
const profileOf = (profile: string) => named(names[profile] ?? { zh: profile, en: profile });

/** What is kept here, within which limits, and what the present air makes of it. */
export function Holdings({ room }: { room: RoomView }) {
  const words = roomPageWords();
  const labels: Record<string, string> = {
    temperature_c: `${words.temperature} (°C)`,
    relative_humidity_pct: `${words.humidity} (%)`,
  };
  return (
    <Card title={words.limits}>
      <dl>
        {room.holdings && (
          <div>
            <dt>{words.holdings}</dt>
            <dd>{named(room.holdings)}</dd>
          </div>
        )}
        <dt>{words.profile}</dt>
        <dd>
          {profileOf(room.profile)} <small class="soft">{room.profileSource}</small>
        </dd>
        {Object.entries(room.id === "outdoor" ? {} : room.limits).map(([quantity, { low, high }]) => (
          <div key={quantity}>
            <dt>{labels[quantity] ?? quantity}</dt>
            <dd>
              {low ?? "…"} – {high ?? "…"}{" "}
              <small class="soft">{words.from[room.limitsFrom[quantity] ?? "profile"]}</small>
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

/** What the air of the last weeks makes of it; the worst place of the room counts. */
export function Preservation({ room: { preservation } }: { room: RoomView }) {
  const words = roomPageWords();
  if (preservation === null) return null;
  const { twpiY, mouldIndex, emcPct, minutesOutside } = preservation;
  const rows = [
    [words.preservationIndex, twpiY === null ? null : words.years(figure(twpiY, 0)), words.preservationHint],
    [words.mould, mouldIndex === null ? null : figure(mouldIndex, 2), words.mouldHint],
    [words.moisture, emcPct === null ? null : `${figure(emcPct, 1)} %`, words.moistureHint],
    [
      words.outsideToday,
      minutesOutside === null ? null : minutesOutside === 0 ? words.never : lengthOf(minutesOutside * 60_000),
      null,
    ],
  ] as const;
  return (
    <Card title={words.preservation}>
      <dl>
        {rows.map(([label, value, hint]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {value ?? "–"} {hint !== null && <small class="soft">{hint}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

export function RoomDevices({ room }: { room: string }) {
  const words = roomPageWords();
  const asked = useAsked(() => ask<{ devices: DeviceView[] }>("/devices"), [room]);
  return (
    <Card title={words.devices}>
      <Shown asked={asked}>
        {({ devices }) => (
          <Table
            caption={words.devices}
            rows={devices.filter((device) => device.room === room)}
            keyOf={({ id }) => id}
            columns={[
              { head: words.device, cell: ({ id }) => <a href={`/devices/${id}`}>{id}</a> },
              {
                head: words.alive,
                cell: ({ online }) =>
                  online ? <Badge kind="ok">{words.alive}</Badge> : <Badge kind="no-data">{words.silent}</Badge>,
              },
              { head: words.lastSample, cell: ({ lastSampleAt }) => (lastSampleAt ? momentOf(lastSampleAt) : "–") },
              {
                head: words.battery,
                cell: ({ batteryPct }) => (batteryPct === null ? "–" : `${figure(batteryPct, 0)} %`),
                number: true,
              },
            ]}
          />
        )}
      </Shown>
    </Card>
  );
}

const thirtyDaysMs = 30 * 86_400_000;

export function RoomExcursions({ room }: { room: string }) {
  const words = roomPageWords();
  const from = new Date(nowMs() - thirtyDaysMs).toISOString();
  const asked = useAsked(() => ask<{ excursions: Excursion[] }>("/excursions", { query: { room, from } }), [room]);
  return (
    <Card title={words.excursions}>
      <Shown asked={asked}>
        {({ excursions }) =>
          excursions.length === 0 ? (
            <Empty>{words.noExcursions}</Empty>
          ) : (
            <ul class="plain-list">
              {excursions.slice(-10).map((excursion) => (
                <li key={`${excursion.condition} ${excursion.from}`}>
                  {titleOf(excursion.condition)}: {momentOf(excursion.from)} {words.to}{" "}
                  {excursion.to === null ? words.still : momentOf(excursion.to)}
                  {excursion.to !== null && ` (${lengthOf(Date.parse(excursion.to) - Date.parse(excursion.from))})`}
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </Card>
  );
}
