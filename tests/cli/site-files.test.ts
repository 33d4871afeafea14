import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readCredentials } from "../../broker/index.ts";
import { parseSite, siteSchema } from "../../site/index.ts";
import { aFolder, runCli } from "./builders.ts";

const smallSite = `# ours
site: { id: north, name: { zh: 北院, en: North } }
rooms:
  - id: a-101 # behind the lift
devices:
  # the old one
  - { id: dev-1,   room: a-101, quantities: [door] } # hung low
# the end
`;

function aSiteFile(text = smallSite): string {
  const path = join(aFolder(), "site.yaml");
  writeFileSync(path, text);
  return path;
}

describe("init", () => {
  it("writes a site file that config check accepts, the passwords once, and an empty data folder", async () => {
    const folder = join(aFolder(), "new");
    const made = await runCli(["init", "--rooms", "3", "--devices-per-room", "6", folder]);
    expect(made).toMatchObject({ code: 0, err: "" });
    expect(made.out).toContain(`npx archive-sentry up --config ${join(folder, "site.yaml")}`);
    const checked = await runCli(["config", "check", join(folder, "site.yaml")]);
    expect(checked).toMatchObject({ code: 0, err: "" });
    expect(checked.out).toContain("rooms 3, devices 18");
    expect(readdirSync(join(folder, "sentry-data"))).toEqual([]);
    for (const name of ["devices.csv", "credentials.csv"]) {
      expect([name, (statSync(join(folder, name)).mode & 0o777).toString(8)]).toEqual([name, "600"]);
    }
    const [header, first, ...rest] = readFileSync(join(folder, "devices.csv"), "utf8").trim().split("\n");
    expect(header).toBe("device,room,site,quantities,username,password");
    expect(rest).toHaveLength(17);
    const [device, room, site, quantities, username, password] = first!.split(",");
    expect([device, room, site, quantities]).toEqual([
      "r-001-climate",
      "r-001",
      "my-archive",
      "temperature_c relative_humidity_pct",
    ]);
    const { salt, sha256 } = readCredentials(join(folder, "credentials.csv")).get(username!)!;
    expect(createHash("sha256").update(Buffer.from(salt, "hex")).update(password!).digest("hex")).toBe(sha256);
    expect(readFileSync(join(folder, "credentials.csv"), "utf8")).not.toContain(password);
  });

  it("has every limit of the broker as a key, with its default", async () => {
    const folder = join(aFolder(), "new");
    await runCli(["init", folder]);
    const text = readFileSync(join(folder, "site.yaml"), "utf8");
    const written = siteSchema.parse(parse(text));
    const bare = siteSchema.parse({ site: { id: "n", name: { zh: "北", en: "N" } } });
    expect(Object.keys(parse(text).broker.limits)).toEqual(Object.keys(bare.broker.limits));
    expect(written.broker.limits).toEqual(bare.broker.limits);
    expect(text).toMatch(/packet: 256KiB +# Largest MQTT packet/);
    // What is commented out is right too, once it is uncommented.
    const uncommented = text.replace(/^# (limits:|history:| {2}[a-z_]+: )/gm, "$1");
    const { limits, history } = parse(uncommented) as Record<string, object>;
    expect(Object.keys(limits!)).toEqual(Object.keys(bare.limits));
    expect(Object.keys(history!)).toEqual(Object.keys(bare.history));
    expect(siteSchema.parse(parse(uncommented)).limits).toEqual(bare.limits);
  });

  it("makes a thousand rooms with five devices each that config check accepts", async () => {
    const folder = join(aFolder(), "large");
    expect(await runCli(["init", "--rooms", "1000", "--devices-per-room", "5", folder])).toMatchObject({ code: 0 });
    const checked = await runCli(["config", "check", "--json", join(folder, "site.yaml")]);
    expect(JSON.parse(checked.out)).toMatchObject({ ok: true, rooms: 1_000, devices: 5_000, warnings: [] });
  });

  it("leaves a folder alone that is not empty", async () => {
    const folder = aFolder();
    writeFileSync(join(folder, "mine.txt"), "mine");
    const refused = await runCli(["init", folder]);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toBe(`${folder}: expected a new or empty folder, found mine.txt in it\n`);
    expect(readdirSync(folder)).toEqual(["mine.txt"]);
  });
});

describe("config", () => {
  it("check names everything that is wrong, one line each, and exits 2", async () => {
    const path = aSiteFile(`${smallSite}limits: { trusted_past: soon }\nroms: []\n`);
    const { code, out, err } = await runCli(["config", "check", path]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err.trim().split("\n").sort()).toEqual([
      "(file): expected only known keys, found roms (line 10)",
      'limits.trusted_past: expected a duration such as 500ms, 30s, 10m, 2h or 31d, found "soon" (line 9)',
    ]);
  });

  it("check warns of files that are not there, and takes the file", async () => {
    const path = aSiteFile(`${smallSite}people: [{ id: "1", name: 王芳, category: it, token_file: token }]\n`);
    const { code, err } = await runCli(["config", "check", path]);
    expect(code).toBe(0);
    expect(err).toContain("people[0].token_file: expected a readable file, found none at");
  });

  it("check says that there is no such file", async () => {
    const { code, err } = await runCli(["config", "check", "/nowhere/site.yaml"]);
    expect(code).toBe(2);
    expect(err).toContain("cannot read /nowhere/site.yaml");
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  it("schema prints a JSON Schema of the file as it is written", async () => {
    const { code, out } = await runCli(["config", "schema"]);
    expect(code).toBe(0);
    const schema = JSON.parse(out);
    expect(schema.$schema).toContain("json-schema.org");
    expect(schema.required).toEqual(["site"]);
    expect(schema.properties.broker.properties.limits.properties.packet.default).toBe("256KiB");
  });
});

describe("devices", () => {
  it("add enters a device, leaves every other line as it was, and shows the password once", async () => {
    const path = aSiteFile();
    const added = await runCli(["devices", "add", "dev-2", "--config", path, "--room", "a-101", "--interval", "30s"]);
    expect(added.code).toBe(0);
    expect(added.err).toContain("config reload");
    const password = /^password {2}(\S+)$/m.exec(added.out)?.[1];
    const lines = readFileSync(path, "utf8").split("\n");
    expect(lines.filter((line) => !smallSite.split("\n").includes(line))).toEqual([
      "  - { id: dev-2, room: a-101, quantities: [ temperature_c, relative_humidity_pct ], interval: 30s }",
      "broker: { credentials_file: credentials.csv }",
    ]);
    expect(lines.filter((line) => smallSite.split("\n").includes(line) && line !== "")).toEqual(
      smallSite.trim().split("\n"),
    );
    const entry = readCredentials(join(path, "../credentials.csv")).get("dev-2");
    expect(createHash("sha256").update(Buffer.from(entry!.salt, "hex")).update(password!).digest("hex")).toBe(
      entry!.sha256,
    );
  });

  it("add refuses what would make the file wrong, and writes nothing", async () => {
    const path = aSiteFile();
    const again = await runCli(["devices", "add", "dev-1", "--config", path, "--room", "a-101"]);
    expect([again.code, again.err.trim()]).toEqual([2, "devices: expected an id of its own, found dev-1 again"]);
    const wrong = await runCli([
      "devices",
      "add",
      "dev-9",
      "--config",
      path,
      "--room",
      "a-999",
      "--quantities",
      "door",
    ]);
    expect(wrong.code).toBe(2);
    expect(wrong.err.trim()).toBe("devices[1].room: expected the id of one of rooms, found a-999 (line 8)");
    expect(readFileSync(path, "utf8")).toBe(smallSite);
    expect(readdirSync(join(path, ".."))).toEqual(["site.yaml"]);
  });

  it("rotate ends the old password and touches nobody else's", async () => {
    const path = aSiteFile();
    const credentials = () => readCredentials(join(path, "../credentials.csv"));
    await runCli(["devices", "rotate", "dev-1", "--config", path]);
    await runCli(["devices", "add", "dev-2", "--config", path, "--room", "a-101"]);
    const before = credentials();
    const rotated = await runCli(["devices", "rotate", "dev-1", "--config", path, "--json"]);
    expect(JSON.parse(rotated.out)).toMatchObject({ device: "dev-1", username: "dev-1" });
    expect([...credentials().keys()].sort()).toEqual(["dev-1", "dev-2"]);
    expect(credentials().get("dev-2")).toEqual(before.get("dev-2"));
    expect(credentials().get("dev-1")?.sha256).not.toBe(before.get("dev-1")?.sha256);
    expect(await runCli(["devices", "rotate", "dev-9", "--config", path])).toMatchObject({ code: 1 });
  });
});

describe("devices swap", () => {
  it("ends the old device's stay and password, and puts the new one in its room and at its door", async () => {
    const path = aSiteFile();
    await runCli(["devices", "rotate", "dev-1", "--config", path]);
    await runCli(["devices", "swap", "dev-1", "dev-1b", "--serial", "2291", "--config", path]);
    const { site } = parseSite(readFileSync(path, "utf8"), { directory: join(path, ".."), name: path, nowMs: 0 });
    const nowMs = Date.now();
    expect([site.roomOf("dev-1", nowMs - 60_000), site.roomOf("dev-1", nowMs)]).toEqual(["a-101", null]);
    expect([site.roomOf("dev-1b", nowMs - 60_000), site.roomOf("dev-1b", nowMs)]).toEqual([null, "a-101"]);
    expect(site.devices.get("dev-1b")).toMatchObject({
      serial: "2291",
      quantities: site.devices.get("dev-1")?.quantities,
    });
    expect([...readCredentials(join(path, "../credentials.csv")).keys()]).toEqual(["dev-1b"]);
  });
});
