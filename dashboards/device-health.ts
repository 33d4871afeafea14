import { isQuantity } from "../contract/index.ts";
import { roomColumn } from "./alarms.ts";
import { colours } from "./colours.ts";
import { type Edition, text } from "./edition.ts";
import { called, rowsOf, type TableColumn } from "./panels/draw.ts";
import type { PanelSpec } from "./panels/panel.ts";
import { steps } from "./panels/thresholds.ts";
import { type Column, type Condition, queriesOf } from "./query.ts";

const clockOffset = "clock_offset_ms";

/** A row a device: heard, battery, signal, clock, lost samples, calibration. `among` leaves others out. */
export function deviceHealth(
  spec: Pick<PanelSpec, "title" | "description" | "width" | "height">,
  among: readonly string[] | null,
  edition: Edition,
) {
  const q = queriesOf(edition.site);
  const where: Condition[] = among === null || among.length === 0 ? [] : [{ tag: "device", matches: among.join("|") }];
  const devices = edition.site.config.devices.filter(({ id }) => among === null || among.includes(id));
  const fields = ["online", "battery_pct", "rssi_dbm", clockOffset, "seq_gap"].filter(
    (field) => !isQuantity(field) || devices.some(({ quantities }) => quantities.includes(field)),
  );
  const newest = (field: string): Column =>
    field === clockOffset ? { field, as: field, call: "last", times: 0.001 } : { field, as: field, call: "last" };
  const batteryLow = edition.site.conditionSettings("battery-low", null).limit ?? 20;
  const shown: TableColumn[] = [
    roomColumn(edition),
    { from: "device", title: text("Device", "设备") },
    {
      from: "online",
      title: text("Heard", "在线"),
      steps: steps(colours.wrong, [1, colours.fine]),
      filled: true,
      mappings: called(edition, {
        0: { words: text("silent", "失联"), colour: colours.wrong },
        1: { words: text("heard", "在线"), colour: colours.fine },
      }),
    },
    {
      from: "battery_pct",
      title: text("Battery", "电量"),
      unit: "percent",
      decimals: 0,
      steps: steps(colours.wrong, [batteryLow, colours.fine]),
    },
    { from: "rssi_dbm", title: text("Signal", "信号"), unit: "suffix:dBm", decimals: 0 },
    // In seconds: beyond some thousands of milliseconds Grafana would go over to minutes and hours, in English.
    { from: clockOffset, title: text("Clock is off by", "时钟偏差"), unit: "suffix:s", decimals: 2 },
    { from: "seq_gap", title: text("Samples lost", "丢失样本"), unit: "none", decimals: 0 },
  ];
  return rowsOf(
    {
      ...spec,
      noData: text("No device has been heard in this time", "此期间没有设备上报"),
      queries: [
        {
          query: q.select({
            from: "device",
            select: fields.map(newest),
            where,
            by: ["room", "device"],
          }),
          as: "table",
        },
      ],
      unit: "none",
      decimals: 0,
      // How things stand, whatever range the charts beside it show.
      timeFrom: "24h",
      shown: shown.filter(({ from }) => ["room", "device", ...fields].includes(from)),
    },
    edition,
  );
}
