import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { roomColumn } from "./alarms.ts";
import { colours } from "./colours.ts";
import { deviceHealth } from "./device-health.ts";
import { type Edition, type Text, text } from "./edition.ts";
import { dashboardOf } from "./frame.ts";
import { curves, figure, rowsOf } from "./panels/draw.ts";
import { steps } from "./panels/thresholds.ts";
import { pipelineCharts } from "./pipeline.ts";
import { type Condition, queriesOf } from "./query.ts";

/** Whether devices are heard and what they send arrives: from the sensor to the message in somebody's hand. */
export function devicesAndPipeline(edition: Edition): Dashboard {
  const { site, say } = edition;
  const q = queriesOf(site);
  const noFigures = text("The program has written no figures in this time", "此期间系统未写入统计");
  const part = (name: string): Condition => ({ tag: "part", is: name });
  const heard = (title: Text, description: Text, state: "heard" | "silent") =>
    figure(
      {
        title,
        description,
        noData: text("No device has been heard in this time", "此期间没有设备上报"),
        width: 6,
        height: 4,
        queries: [
          {
            query: q.summarise({
              of: q.select({
                from: "device",
                select: [{ field: "online", as: "heard", call: "last" }],
                by: ["device"],
              }),
              // Of all in the site file: one that was never heard is silent too.
              select: [
                state === "heard"
                  ? { field: "heard", as: "devices", call: "sum" }
                  : { field: "heard", as: "devices", call: "sum", times: -1, plus: site.devices.size },
              ],
            }),
            name: say(title),
          },
        ],
        unit: "none",
        decimals: 0,
        timeFrom: "24h",
        steps: state === "heard" ? steps(colours.fine) : steps(colours.fine, [1, colours.wrong]),
      },
      edition,
    );

  const perDevice = (
    spec: { title: Text; description: Text; unit: string; decimals: number },
    field: string,
    call: "min" | "max" | "mean",
  ) =>
    curves(
      {
        noData: text("No device reports this", "没有设备上报此项"),
        width: 12,
        height: 8,
        interval: "5m",
        // Hundreds of devices are hundreds of lines, and none of these changes within hours.
        maxDataPoints: 60,
        ...spec,
        queries: [
          {
            query: q.select({
              from: "device",
              select: [{ field, as: "value", call }],
              by: ["device"],
              every: "auto",
              fill: "none",
              coarse: true,
            }),
            name: "$tag_device",
          },
        ],
      },
      edition,
    );

  const withCalibration = site.config.devices.some(({ calibrations }) => calibrations.some(({ due }) => due));
  const calibration = rowsOf(
    {
      title: text("Calibration due", "校准到期"),
      description: text(
        "Days until each device's first calibration falls due; negative when it is overdue.",
        "各设备距最近一次校准到期的天数；负数表示已过期。",
      ),
      noData: text("No calibration is in the site file", "站点文件中没有校准记录"),
      width: 12,
      height: 8,
      queries: [
        {
          query: q.select({
            from: "device",
            select: [{ field: "calibration_due_d", as: "days", call: "last" }],
            by: ["room", "device"],
          }),
          as: "table",
        },
      ],
      unit: "none",
      decimals: 0,
      first: [{ id: "sortBy", options: { sort: [{ field: "days" }] } }],
      shown: [
        { from: "device", title: text("Device", "设备") },
        roomColumn(edition),
        {
          from: "days",
          title: text("Days", "天数"),
          unit: "none",
          decimals: 0,
          steps: steps(colours.wrong, [0, colours.notice], [30, colours.fine]),
        },
      ],
    },
    edition,
  );

  return dashboardOf(
    {
      key: "devices-and-pipeline",
      description: text(
        "From the sensor to the message in somebody's hand: silence, losses, batteries, backlog, lag, latency.",
        "从传感器到送达人员的消息：失联、丢失、电量、积压、滞后与时延。",
      ),
      from: "now-24h",
      refresh: "1m",
      content: [
        heard(text("Heard", "在线"), text("Devices that are heard from.", "仍有数据上报的设备数。"), "heard"),
        heard(
          text("Silent", "失联"),
          text(
            "Devices that say nothing. Silence escalates; it never clears an alarm.",
            "没有消息的设备数。失联只会升级报警，不会消除报警。",
          ),
          "silent",
        ),
        figure(
          {
            title: text("Waiting to be told", "待通知"),
            description: text("Messages to people that are not yet delivered.", "尚未送达人员的通知数。"),
            noData: noFigures,
            width: 6,
            height: 4,
            queries: [
              {
                query: q.select({
                  from: "sentry",
                  select: [{ field: "pending", as: "pending", call: "last" }],
                  where: [part("notify")],
                }),
                name: say(text("waiting", "待通知")),
              },
            ],
            unit: "none",
            decimals: 0,
            steps: steps(colours.fine, [1, colours.notice], [20, colours.wrong]),
          },
          edition,
        ),
        figure(
          {
            title: text("Intake log", "接收日志"),
            description: text("Room that the intake log takes on the disk.", "接收日志占用的磁盘空间。"),
            noData: noFigures,
            width: 6,
            height: 4,
            queries: [
              {
                query: q.select({
                  from: "sentry",
                  select: [{ field: "bytes", as: "bytes", call: "last" }],
                  where: [part("intake")],
                }),
                name: say(text("intake log", "接收日志")),
              },
            ],
            unit: "bytes",
            decimals: 1,
            steps: steps(colours.fine),
          },
          edition,
        ),
        deviceHealth(
          {
            title: text("Devices", "设备"),
            description: text(
              "Every device by its newest word: heard or silent, battery, signal, clock, samples lost on the way.",
              "各设备最近状态：在线、电量、信号、时钟偏差与途中丢失的样本。",
            ),
            width: 24,
            height: 10,
          },
          null,
          edition,
        ),
        ...(edition.measures("battery_pct")
          ? [
              perDevice(
                {
                  title: text("Battery", "电量"),
                  description: text(
                    "A battery that falls faster than its neighbours' is a device in trouble.",
                    "电量下降明显快于其他设备的，往往有故障。",
                  ),
                  unit: "percent",
                  decimals: 0,
                },
                "battery_pct",
                "mean",
              ),
            ]
          : []),
        ...(edition.measures("rssi_dbm")
          ? [
              perDevice(
                {
                  title: text("Signal", "信号强度"),
                  description: text("Below about −85 dBm samples begin to be lost.", "低于约 −85 dBm 时开始丢失样本。"),
                  unit: "suffix:dBm",
                  decimals: 0,
                },
                "rssi_dbm",
                "mean",
              ),
            ]
          : []),
        ...(withCalibration ? [calibration] : []),
        ...pipelineCharts(edition),
      ],
    },
    edition,
  );
}
