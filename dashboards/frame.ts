import { createHash } from "node:crypto";
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  type AnnotationQueryBuilder,
  CustomVariableBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  type RowPanel,
  VariableHide,
  type VariableModel,
  VariableRefresh,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { type Edition, type EditionLanguage, type Text, text } from "./edition.ts";
import { dataSource } from "./panels/panel.ts";
import { seriesQuery, seriesVariable } from "./query.ts";

/** What all dashboards have in common: names, links to each other, variables, ids. */

export const dashboardTitles = {
  overview: text("Hospital overview", "医院总览"),
  room: text("Room", "库房"),
  "fire-and-water": text("Fire and water", "火情与漏水"),
  preservation: text("Preservation", "保存环境"),
  access: text("Access", "出入"),
  "alarm-performance": text("Alarm performance", "报警绩效"),
  "devices-and-pipeline": text("Devices and pipeline", "设备与数据链路"),
} as const satisfies Record<string, Text>;
export type DashboardKey = keyof typeof dashboardTitles;
export const dashboardKeys = Object.keys(dashboardTitles) as DashboardKey[];

/** Grafana takes 40 characters; a long name of a site is shortened without two becoming one. */
const longestUid = 40;

export const uidOf = (site: string, key: DashboardKey, language: EditionLanguage) => uid(site, `-${key}-${language}`);
export const folderUid = (site: string) => uid(site, "-archive-sentry");

function uid(site: string, end: string): string {
  if (site.length + end.length <= longestUid) return site + end;
  const mark = createHash("sha256").update(site).digest("hex").slice(0, 6);
  return `${site.slice(0, longestUid - end.length - mark.length - 1)}-${mark}${end}`;
}

export interface DashboardSpec {
  key: DashboardKey;
  description: Text;
  from: string;
  to?: string;
  refresh: string;
  variables?: readonly Builder<VariableModel>[];
  /** Panels from left to right; a row begins a line of its own. */
  content: readonly (Builder<Panel> | Builder<RowPanel>)[];
  annotations?: readonly AnnotationQueryBuilder[];
}

export function dashboardOf(spec: DashboardSpec, edition: Edition): Dashboard {
  const { site, language, say } = edition;
  const siteName = site.config.site.name[language];
  const builder = new DashboardBuilder(`${say(dashboardTitles[spec.key])} · ${siteName}`)
    .id(null)
    .uid(uidOf(site.id, spec.key, language))
    .description(say(spec.description))
    .tags(["archive-sentry", language])
    .timezone(site.timeZone)
    .time({ from: spec.from, to: spec.to ?? "now" })
    .refresh(spec.refresh)
    .tooltip(DashboardCursorSync.Crosshair)
    .editable()
    .links(linksOf(spec.key, edition))
    .annotations([...(spec.annotations ?? [])])
    .variables([...(spec.variables ?? []), coarseSeriesVariable()]);
  for (const item of spec.content) {
    if (item instanceof RowBuilder) builder.withRow(item);
    else builder.withPanel(item as Builder<Panel>);
  }
  const dashboard = builder.build();
  // The SDK gives no ids, and without them links to a panel and its alerts cannot hold.
  for (const [at, panel] of (dashboard.panels ?? []).entries()) panel.id = at + 1;
  for (const variable of dashboard.templating?.list ?? []) {
    // It follows the range of where one arrives, not of where one came from.
    if (variable.name === seriesVariable) variable.skipUrlSync = true;
  }
  return dashboard;
}

/** To the other dashboards of the edition, in their order; the room and the time range stay as they are. */
function linksOf(own: DashboardKey, { site, language, say }: Edition): DashboardLinkBuilder[] {
  return dashboardKeys
    .filter((key) => key !== own)
    .map((key) =>
      new DashboardLinkBuilder(say(dashboardTitles[key]))
        .type(DashboardLinkType.Link)
        .url(`/d/${uidOf(site.id, key, language)}`)
        .tooltip(say(dashboardTitles[key]))
        .keepTime(true)
        .includeVars(true),
    );
}

/** A link from one room's tile to its dashboard. */
export function roomLink(room: string, { site, language, say }: Edition) {
  return {
    id: "links",
    value: [
      {
        title: say(text("Open the room", "打开该库房")),
        url: `/d/${uidOf(site.id, "room", language)}?var-room=${encodeURIComponent(room)}&\${__url_time_range}`,
      },
    ],
  };
}

const allRooms = { text: ["All"], value: ["$__all"] };

/** The choice of rooms. With `several`, all of them unless chosen. */
export function roomVariable(edition: Edition, options: { several: boolean }): CustomVariableBuilder {
  const { rooms, say } = edition;
  const variable = new CustomVariableBuilder("room")
    .label(say(text("Room", "库房")))
    .values(optionsText(rooms.map(({ id, name }) => [name, id])))
    .multi(options.several)
    .includeAll(options.several);
  const [first] = rooms;
  if (options.several) return variable.current(allRooms);
  return first === undefined ? variable : variable.current({ text: first.name, value: first.id });
}

/** Floors, each with the pattern of its rooms: a row of the overview is repeated for each. */
export function floorVariable({ rooms, say }: Edition): CustomVariableBuilder {
  const floors = Map.groupBy(rooms, ({ floor }) => floor);
  return new CustomVariableBuilder("floor")
    .label(say(text("Floor", "楼层")))
    .values(optionsText([...floors].map(([floor, on]) => [floor, on.map(({ id }) => id).join("|")])))
    .multi(true)
    .includeAll(true)
    .current(allRooms);
}

/** Pairs of what is shown and its value, as Grafana reads them. */
function optionsText(options: readonly (readonly [string, string])[]): string {
  return options.map(([shown, value]) => `${shown.replaceAll(",", "\\,")} : ${value}`).join(",");
}

function coarseSeriesVariable(): QueryVariableBuilder {
  return new QueryVariableBuilder(seriesVariable)
    .hide(VariableHide.HideVariable)
    .datasource(dataSource)
    .query(seriesQuery)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .current({ text: "", value: "" });
}

/** A variable of the dashboard, replaced as a part of a regular expression. */
const variable = (name: string, form: "regex" | "pipe") => `\${${name}:${form}}`;

/** The rooms of the variable, and those of the floor that a row stands for. */
export const chosenRooms = { tag: "room", matches: variable("room", "regex") } as const;
export const roomsOfFloor = { tag: "room", matches: variable("floor", "pipe") } as const;

export function row(title: string, repeat?: string): RowBuilder {
  const builder = new RowBuilder(title);
  return repeat === undefined ? builder : builder.repeat(repeat);
}
