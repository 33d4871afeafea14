import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { printable, width } from "../../cli/output.ts";
import { createProgram } from "../../cli/program.ts";
import { aFolder, runCli } from "./builders.ts";

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

describe("the command line", () => {
  it("has help with an example for every command", () => {
    for (const command of everyCommand(createProgram())) {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(help, command.name()).toContain("Example:");
      expect(help, command.name()).toContain("npx archive-sentry");
      expect(command.description(), command.name()).not.toBe("");
    }
  });

  it.each([
    [["--help"], 0],
    [["--version"], 0],
    [["alarms", "ack", "--help"], 0],
    [[], 2],
    [["alarms"], 2],
    [["nonsense"], 2],
    [["rooms", "--colour"], 2],
    [["alarms", "ack", "1", "--by", "10231"], 2],
    [["readings", "--limit", "many"], 2],
    [["init", "--rooms", "-1", "x"], 2],
    [["rooms", "--url", "nowhere"], 2],
    [["rooms", "--token-file", "/nowhere/token"], 2],
  ])("answers %j with exit code %i", async (args, code) => {
    const ended = await runCli(args);
    expect(ended.code).toBe(code);
    if (code === 0) expect(ended.err).toBe("");
    else {
      expect(ended.out).toBe("");
      expect(ended.err).not.toBe("");
      expect(ended.err).not.toContain("    at ");
    }
  });

  it("says what to do when nothing answers", async () => {
    const ended = await runCli(["rooms", "--url", "http://127.0.0.1:1"], { cwd: aFolder() });
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(
      /^nothing answers at http:\/\/127\.0\.0\.1:1 \(.+\): start it with `npx archive-sentry up`/,
    );
  });

  it("takes it calmly when its reader has gone", async () => {
    const main = join(import.meta.dirname, "../../cli/main.ts");
    const child = spawn("sh", ["-c", '"$0" "$1" config schema | head -n 1', process.execPath, main]);
    let seen = "";
    child.stdout.on("data", (chunk: Buffer) => (seen += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (seen += chunk.toString()));
    await new Promise((resolve) => child.on("close", resolve));
    expect(seen).toBe("{\n");
  });
});

describe("a cell of a table", () => {
  it.each([
    ["abc", 3],
    ["住院病案", 8],
    ["温度 21 °C", 10],
    ["Ａ１", 4],
    ["é", 1],
    ["", 0],
  ])("%s takes %i columns", (text, columns) => expect(width(text)).toBe(columns));

  it("cannot move the cursor or colour the terminal", () => {
    expect(printable("a\u001b[31mred\u001b[0m\rb\nc\u0007")).toBe("ared b c ");
  });
});
