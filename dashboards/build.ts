import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Site } from "../site/index.ts";
import { access } from "./access.ts";
import { alarmPerformance } from "./alarm-performance.ts";
import { devicesAndPipeline } from "./devices-and-pipeline.ts";
import { type Edition, type EditionLanguage, editionLanguages, editionOf } from "./edition.ts";
import { fireAndWater } from "./fire-and-water.ts";
import { type DashboardKey, dashboardKeys, folderUid } from "./frame.ts";
import { overview } from "./overview.ts";
import { preservation } from "./preservation.ts";
import { room } from "./room.ts";

const makers: Readonly<Record<DashboardKey, (edition: Edition) => Dashboard>> = {
  overview,
  room,
  "fire-and-water": fireAndWater,
  preservation,
  access,
  "alarm-performance": alarmPerformance,
  "devices-and-pipeline": devicesAndPipeline,
};

export interface BuiltDashboard {
  key: DashboardKey;
  language: EditionLanguage;
  dashboard: Dashboard;
}

/** All dashboards of a site, in both languages. The same site gives the same dashboards, to the letter. */
export function buildDashboards(site: Site): BuiltDashboard[] {
  return editionLanguages.flatMap((language) => {
    const edition = editionOf(site, language);
    return dashboardKeys.map((key) => ({ key, language, dashboard: makers[key](edition) }));
  });
}

/** Their files, by path: `en/overview.json` and so on. */
export function dashboardFiles(site: Site): Map<string, string> {
  return new Map(
    buildDashboards(site).map(({ key, language, dashboard }) => [
      `${language}/${key}.json`,
      `${JSON.stringify(dashboard, null, 2)}\n`,
    ]),
  );
}

/** The folder of a site's dashboards in a Grafana. */
export function folderOf(site: Site): { uid: string; title: string } {
  return { uid: folderUid(site.id), title: `Archive Sentry · ${site.config.site.name.en}` };
}
