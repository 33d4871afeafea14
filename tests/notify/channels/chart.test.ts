import { inflateSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { openEmailChannel, type Readings } from "../../../notify/index.ts";
import { aMailServer, emailConfig, startMs } from "../builders.ts";
import { aMessage, aSecretFolder, wang } from "./builders.ts";

const never = new AbortController().signal;
const minuteMs = 60_000;

function someReadings(changes: Partial<Readings> = {}): Readings {
  return {
    quantity: "temperature_c",
    unit: "°C",
    fromMs: startMs - 360 * minuteMs,
    toMs: startMs,
    points: Array.from({ length: 121 }, (_, n) => ({
      atMs: startMs - (360 - n * 3) * minuteMs,
      value: 21 + (n / 120) ** 3 * 5.3,
    })),
    gapMs: 9 * minuteMs,
    low: 14,
    high: 24,
    raisedAtMs: startMs - 10 * minuteMs,
    ...changes,
  };
}

async function mailWith(readings: Readings | null | Error, changes: Parameters<typeof aMessage>[0] = {}) {
  const server = await aMailServer();
  const channel = openEmailChannel(emailConfig(server.port), aSecretFolder(), () => {
    if (readings instanceof Error) throw readings;
    return readings;
  });
  onTestFinished(() => channel.close());
  expect(await channel.send(aMessage(changes), wang, never)).toMatchObject({ kind: "delivered" });
  return server.mails[0]!;
}

/** Width, height and one index into the palette a pixel, read by the standard and not by our own code. */
function readPng(png: Buffer) {
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  const parts = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    parts.set(png.subarray(at + 4, at + 8).toString(), png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const width = parts.get("IHDR")!.readUInt32BE(0);
  const height = parts.get("IHDR")!.readUInt32BE(4);
  const rows = inflateSync(parts.get("IDAT")!);
  const [colours, opacity] = [parts.get("PLTE")!, parts.get("tRNS")!];
  const at = (x: number, y: number) => {
    const index = rows[y * (width + 1) + 1 + x]!;
    return [...colours.subarray(index * 3, index * 3 + 3), opacity[index]!];
  };
  return { width, height, at };
}

test("the mail shows the last hours as a picture that travels with it, and says the same in words", async () => {
  const mail = await mailWith(someReadings());
  expect(mail.attachments).toHaveLength(1);
  const [picture] = mail.attachments;
  expect(picture).toMatchObject({ contentType: "image/png", contentDisposition: "inline", related: true });
  expect(mail.text).toContain("最近6小时的温度(°C): 最低 21,最高 26.3,最后 26.3");
  expect(picture!.size).toBeLessThan(20_000);
  // The parser has put the picture where the HTML names it.
  expect(mail.html).toContain('<img src="data:image/png;base64,');
  expect(mail.html).toContain("红色:超出 14–24 °C;虚线:报警时刻");
});

test("the picture: bands beyond the limits, the line, the mark, and no background of its own", async () => {
  const mail = await mailWith(someReadings());
  const { width, height, at } = readPng(mail.attachments[0]!.content);
  expect([width, height]).toEqual([1_100, 280]);
  expect(at(300, 2)).toEqual([217, 58, 43, 46]);
  expect(at(300, height - 3)).toEqual([217, 58, 43, 46]);
  expect(at(300, 200)[3]).toBe(0);
  const column = (x: number) => Array.from({ length: height }, (_, y) => at(x, y));
  const isLine = ([red, green, blue]: number[]) => red === 46 && green === 134 && blue === 222;
  // Rising: the line is lower in the picture at the left than at the right.
  const topOf = (x: number) => column(x).findIndex(isLine);
  expect(topOf(100)).toBeGreaterThan(topOf(1_050));
  const marked = Math.round((350 / 360) * (1_100 - 9));
  expect(column(marked).some(([red]) => red === 128)).toBe(true);
});

test("a gap in the data is a gap in the line", async () => {
  const points = someReadings().points.filter((_, n) => n < 40 || n > 80);
  const mail = await mailWith(someReadings({ points }));
  const { height, at } = readPng(mail.attachments[0]!.content);
  const hasLine = (x: number) =>
    Array.from({ length: height }, (_, y) => at(x, y)).some(([red, , blue]) => red === 46 && blue === 222);
  expect(hasLine(Math.round((30 / 120) * 1_091))).toBe(true);
  expect(hasLine(Math.round((60 / 120) * 1_091))).toBe(false);
});

test.each([
  ["nothing was measured", null],
  ["two readings show nothing", someReadings({ points: someReadings().points.slice(0, 2) })],
  ["the history cannot be read", new Error("database is locked")],
] as const)("a mail goes out without a chart when %s", async (_what, readings) => {
  const mail = await mailWith(readings);
  expect(mail.attachments).toHaveLength(0);
  expect(mail.html).not.toContain("<img");
});

test("readings that never move still have a chart", async () => {
  const points = someReadings().points.map(({ atMs }) => ({ atMs, value: 20 }));
  const mail = await mailWith(someReadings({ points, low: null, high: null }));
  expect(mail.attachments).toHaveLength(1);
});
