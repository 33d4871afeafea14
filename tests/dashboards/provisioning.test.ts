import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { projectFolder } from "../tidy/source-tree.ts";
import { dashboardOf, sampleSite } from "./sample.ts";

/** The keys of Grafana's documentation, "Provision Grafana" and "Configure the InfluxDB data source", and no others. */
const dataSources = z.strictObject({
  apiVersion: z.literal(1),
  datasources: z.array(
    z.strictObject({
      name: z.string(),
      uid: z.string().regex(/^[\w-]{1,40}$/),
      type: z.literal("influxdb"),
      access: z.literal("proxy"),
      url: z.string(),
      user: z.string().optional(),
      jsonData: z.strictObject({
        version: z.literal("InfluxQL"),
        dbName: z.string(),
        httpMode: z.enum(["GET", "POST"]),
        timeInterval: z.string(),
        httpHeaderName1: z.literal("Authorization").optional(),
      }),
      secureJsonData: z.strictObject({
        password: z.string().startsWith("$__file{").optional(),
        httpHeaderValue1: z.string().startsWith("Token $__file{").optional(),
      }),
      editable: z.literal(false),
    }),
  ),
});
const providers = z.strictObject({
  apiVersion: z.literal(1),
  providers: z.array(
    z.strictObject({
      name: z.string(),
      orgId: z.int(),
      type: z.literal("file"),
      allowUiUpdates: z.boolean(),
      disableDeletion: z.boolean(),
      updateIntervalSeconds: z.int(),
      options: z.strictObject({ path: z.string(), foldersFromFilesStructure: z.literal(true) }),
    }),
  ),
});
const read = (path: string): unknown => parse(readFileSync(join(projectFolder, "deploy/grafana", path), "utf8"));

describe("provisioning", () => {
  test.each(["provisioning/datasources/archive-sentry.yaml", "influxdb-1/archive-sentry.yaml"])(
    "%s is the data source that every panel asks, with its secret in a file",
    (path) => {
      const { datasources } = dataSources.parse(read(path));
      expect(datasources).toHaveLength(1);
      const panel = dashboardOf(sampleSite(), "overview").panels?.find((one) => "targets" in one);
      expect(panel).toMatchObject({ datasource: { type: "influxdb", uid: datasources[0]!.uid } });
    },
  );
  test("a header has both its name and its value", () => {
    const [source] = dataSources.parse(read("provisioning/datasources/archive-sentry.yaml")).datasources;
    expect(source!.jsonData.httpHeaderName1 === undefined).toBe(source!.secureJsonData.httpHeaderValue1 === undefined);
  });
  test("dashboards come from files that `dashboards build` writes", () => {
    expect(providers.parse(read("provisioning/dashboards/archive-sentry.yaml")).providers).toHaveLength(1);
  });
});
