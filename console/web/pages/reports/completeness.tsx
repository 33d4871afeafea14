import type { Report } from "../../../../contract/index.ts";
import { figure } from "../../language.ts";
import { Card, Table } from "../../parts/pieces.tsx";
import { reportWords } from "../../words/reports.ts";

type Device = Report["devices"][number];
/** Less than a sample in a thousand missing is no finding. */
const completePct = 99.9;

/** Devices that missed something; the others are a number. */
export function Completeness({ devices }: { devices: readonly Device[] }) {
  const words = reportWords();
  const lacking = devices.filter((device) => device.completePct < completePct);
  return (
    <Card title={words.devices}>
      <p>{words.complete100(devices.length - lacking.length, devices.length)}</p>
      {lacking.length > 0 && <Listed devices={lacking} />}
      {lacking.length < devices.length && (
        <details class="off-paper">
          <summary>{words.allDevices}</summary>
          <Listed devices={devices} />
        </details>
      )}
    </Card>
  );
}

function Listed({ devices }: { devices: readonly Device[] }) {
  const words = reportWords();
  return (
    <Table
      caption={words.devices}
      rows={devices.toSorted((a, b) => a.completePct - b.completePct)}
      keyOf={({ device }) => device}
      columns={[
        { head: words.device, cell: ({ device }) => <code>{device}</code> },
        { head: words.complete, cell: ({ completePct: percent }) => `${figure(percent, 1)} %`, number: true },
        { head: words.received, cell: ({ received, expected }) => `${received} / ${expected}`, number: true },
        { head: words.gaps, cell: ({ gaps }) => gaps.length, number: true },
      ]}
    />
  );
}
