import { useState } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import type { DeviceIssued, DeviceView, QuarantineEntryView } from "../../../contract/index.ts";
import { ask } from "../api.ts";
import { exactOf, figure, minuteMs, momentOf } from "../language.ts";
import { useAsked } from "../parts/asked.ts";
import { Act, Badge, Empty, Head, Shown, Table, Tabs } from "../parts/pieces.tsx";
import { nameOf } from "../room-state.ts";
import { may } from "../session.ts";
import { deviceWords } from "../words/devices.ts";
import { AddDevice, Issued } from "./devices/add.tsx";

const views = ["list", "quarantine"] as const;

/** Which devices live, what they miss, and what of theirs was not taken. */
export function Devices() {
  const words = deviceWords();
  const { query } = useLocation();
  const { params } = useRoute();
  const view = views.find((name) => name === query.view) ?? "list";
  return (
    <>
      <Head title={params.id ?? words.title} />
      <Tabs label={words.title} path="/devices" views={views} current={view} words={words.views} />
      {view === "list" ? <List only={params.id} /> : <Quarantine device={query.device} />}
      {params.id !== undefined && <Quarantine device={params.id} />}
    </>
  );
}

function List({ only }: { only: string | undefined }) {
  const words = deviceWords();
  const asked = useAsked(() => ask<{ devices: DeviceView[] }>("/devices"), []);
  const [adding, setAdding] = useState(false);
  const [issued, setIssued] = useState<DeviceIssued | null>(null);
  return (
    <>
      {may("configure") && (
        <div class="acts">
          <button type="button" class="button main" onClick={() => setAdding(true)}>
            {words.add}
          </button>
        </div>
      )}
      {adding && (
        <AddDevice
          onClose={() => setAdding(false)}
          onIssued={(made) => {
            setAdding(false);
            setIssued(made);
            asked.again();
          }}
        />
      )}
      {issued && <Issued issued={issued} onClose={() => setIssued(null)} />}
      <Shown asked={asked}>
        {({ devices }) => (
          <Table
            caption={words.title}
            rows={devices.filter(({ id }) => only === undefined || id === only)}
            keyOf={({ id }) => id}
            columns={[
              { head: words.device, cell: ({ id }) => <a href={`/devices/${id}`}>{id}</a> },
              {
                head: words.room,
                cell: ({ room }) => (room === null ? "–" : <a href={`/rooms/${room}`}>{nameOf(room)}</a>),
              },
              { head: words.state, cell: (device) => <State device={device} /> },
              {
                head: words.lastSample,
                cell: ({ lastSampleAt }) => (lastSampleAt === null ? "–" : momentOf(lastSampleAt)),
              },
              { head: words.gaps, cell: ({ sequenceGaps }) => sequenceGaps, number: true, minor: only === undefined },
              {
                head: words.quarantined,
                cell: ({ id, quarantined }) =>
                  quarantined === 0 ? 0 : <a href={`/devices?view=quarantine&device=${id}`}>{quarantined}</a>,
                number: true,
                minor: only === undefined,
              },
              {
                head: words.battery,
                cell: ({ batteryPct }) => (batteryPct === null ? "–" : `${figure(batteryPct, 0)} %`),
                number: true,
              },
              {
                head: words.signal,
                cell: ({ rssiDbm }) => (rssiDbm === null ? "–" : `${figure(rssiDbm, 0)} dBm`),
                number: true,
              },
              {
                head: words.calibration,
                cell: ({ calibrationDue }) => <Due date={calibrationDue} />,
              },
              {
                head: words.clock,
                cell: ({ clockOffsetMs }) => (clockOffsetMs === null ? "–" : `${figure(clockOffsetMs / 1_000, 1)} s`),
                number: true,
                minor: only === undefined,
              },
              ...(may("configure") && only !== undefined
                ? [
                    {
                      head: words.password,
                      cell: ({ id }: DeviceView) => (
                        <Act
                          work={async () => setIssued(await ask<DeviceIssued>(`/devices/${id}/password`, { body: {} }))}
                        >
                          {words.newPassword}
                        </Act>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Shown>
    </>
  );
}

/** Over, soon, or far away. */
function Due({ date }: { date: string | null }) {
  if (date === null) return <>–</>;
  const leftMs = Date.parse(date) - minuteMs.value;
  if (leftMs > soonMs) return <>{date}</>;
  return <Badge kind={leftMs < 0 ? "medium" : "soon"}>{date}</Badge>;
}

const soonMs = 30 * 86_400_000;

function State({ device: { online, late } }: { device: DeviceView }) {
  const words = deviceWords();
  if (online === null) return <Badge kind="no-data">{words.never}</Badge>;
  if (!online) return <Badge kind="high">{words.silent}</Badge>;
  return <Badge kind={late ? "medium" : "ok"}>{late ? words.late : words.alive}</Badge>;
}

function Quarantine({ device }: { device: string | undefined }) {
  const words = deviceWords();
  const asked = useAsked(
    () => ask<{ quarantine: QuarantineEntryView[] }>("/quarantine", { query: { device, limit: 200 } }),
    [device],
  );
  return (
    <Shown asked={asked}>
      {({ quarantine }) =>
        quarantine.length === 0 ? (
          <Empty>{words.noneAside}</Empty>
        ) : (
          <Table
            caption={words.views.quarantine}
            rows={quarantine}
            keyOf={({ id }) => id}
            columns={[
              { head: words.when, cell: ({ receivedAt }) => exactOf(receivedAt) },
              { head: words.device, cell: (entry) => entry.device ?? "–" },
              { head: words.reason, cell: ({ reason }) => reason },
              { head: words.topic, cell: ({ topic }) => <code>{topic}</code> },
              { head: words.payload, cell: ({ payload }) => <code>{payload === null ? "–" : textOf(payload)}</code> },
            ]}
          />
        )
      }
    </Shown>
  );
}

const shownAtMost = 200;

/** It may be anything: what is no text is shown as dots. */
function textOf(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new TextDecoder().decode(bytes.slice(0, shownAtMost)).replace(/[\p{Cc}\ufffd]/gu, "·");
}
