import { SentryError } from "../../core/index.ts";
import { type InfluxAccess, request } from "./influx-request.ts";

/** What an InfluxDB needs so that charts find what they ask for, made where it is missing. */

export type SetupKind =
  | "database"
  | "retention-policy"
  | "continuous-query"
  | "bucket"
  | "mapping"
  | "task"
  | "token"
  | "marker";

export interface SetupStep {
  kind: SetupKind;
  name: string;
  /** `kept`: there is another one in its place, which holds data and is left as it is. */
  outcome: "created" | "changed" | "there" | "kept" | "later";
  /** Why, where it is not plain. */
  because?: "holds-data" | "past-missing";
}

/** How long each series is kept, in ms; for ever where nothing is said. */
export interface Keep {
  raw?: number | undefined;
  one_minute?: number | undefined;
  one_hour?: number | undefined;
}

export interface SetupBase {
  access: InfluxAccess;
  keep: Keep;
  /** Nothing is written; steps say what would be. */
  dryRun: boolean;
  /** Whether the embedded history reaches further back than the coarse series made from now on. */
  hasPast: boolean;
  /** Tells charts that there are coarse series. */
  writeMarkers(): Promise<void>;
  /** Whether they have been told already. */
  markersThere(): Promise<boolean>;
}

/** Major version of the server behind an address, as its own `/ping` says. */
export async function majorVersion(access: InfluxAccess): Promise<number> {
  const { headers, body } = await request(access, "GET", "/ping");
  const said = headers.get("x-influxdb-version") ?? versionIn(body);
  const major = Number(/^v?(\d+)\./.exec(said)?.[1]);
  if (Number.isInteger(major)) return major;
  throw new SentryError(
    "store-refused",
    `${new URL(access.url).origin} does not say at /ping which InfluxDB it is: expected a version, found ${JSON.stringify(said)}`,
  );
}

function versionIn(body: unknown): string {
  return typeof body === "object" && body !== null && "version" in body ? String(body.version) : "";
}

/** The last step of a server with coarse series: charts read these only once they have the past too. */
export async function* markerStep(options: SetupBase & { hadData: boolean }): AsyncGenerator<SetupStep> {
  const step = { kind: "marker", name: "coarse series" } as const;
  if (await options.markersThere()) yield { ...step, outcome: "there" };
  else if (options.hadData || options.hasPast) yield { ...step, outcome: "later", because: "past-missing" };
  else {
    if (!options.dryRun) await options.writeMarkers();
    yield { ...step, outcome: "created" };
  }
}
