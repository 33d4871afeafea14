import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { SiteFile } from "../../../site/index.ts";
import { aFolder, aHouse, eventually, type House, type Running, siteFile } from "../../sentry.ts";

/** A house with a modem's spool, and people who can answer by telephone. */

export const people: NonNullable<SiteFile["people"]> = [
  { id: "10231", name: "王芳", category: "archivist", phone: "+86 139 0000 0231" },
  { id: "10312", name: "Li Qiang", category: "archivist", language: "en", phone: "0086 13900000312" },
  { id: "10405", name: "赵敏", category: "visitor", phone: "139-0000-0405" },
];

export interface ModemHouse {
  house: House;
  spool: string;
  /** What the modem has been given to send, as text, to whom. */
  outgoing(): { to: string; text: string }[];
  /** Puts an SMS where smstools puts what it has received. */
  receive(from: string, text: string, name?: string): string;
  handled(): string[];
  waiting(): string[];
}

export function aModemHouse(changes: Partial<SiteFile> = {}): ModemHouse {
  const spool = aFolder();
  for (const folder of ["incoming", "outgoing", "checked", "sent", "failed"]) mkdirSync(join(spool, folder));
  const file = siteFile(["dev-1"], { people, ...changes });
  const house = aHouse({
    ...file,
    answers: changes.answers,
    console: changes.console ?? file.console,
    channels: { "sms-modem": { daemon: "smstools", directory: spool, poll: "20ms" }, ...changes.channels },
  });
  let serial = 0;
  return {
    house,
    spool,
    outgoing() {
      const done: { to: string; text: string }[] = [];
      for (const name of readdirSync(join(spool, "outgoing")).filter((each) => !each.startsWith("."))) {
        // The modem sends it.
        renameSync(join(spool, "outgoing", name), join(spool, "sent", name));
      }
      for (const name of readdirSync(join(spool, "sent"))) done.push(sentText(readFileSync(join(spool, "sent", name))));
      return done;
    },
    receive(from, text, name = `GSM1.${String(++serial).padStart(6, "0")}`) {
      const head = `From: ${from}\nFrom_TOA: 91 international\nSent: 26-11-23 02:12:${serial}\nReceived: 26-11-23 02:12:15\nSubject: GSM1\nAlphabet: UCS2\nLength: ${text.length}\n\n`;
      const path = join(spool, "incoming", name);
      writeFileSync(path, Buffer.concat([Buffer.from(head), Buffer.from(text, "utf16le").swap16()]));
      return name;
    },
    handled: () => names(join(spool, "incoming", "handled")),
    waiting: () => names(join(spool, "incoming")),
  };
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  } catch {
    return [];
  }
}

function sentText(content: Buffer): { to: string; text: string } {
  const end = content.indexOf("\n\n");
  const head = content.subarray(0, end).toString("latin1");
  const body = content.subarray(end + 2);
  const text = head.includes("UCS2") ? Buffer.from(body).swap16().toString("utf16le") : body.toString("latin1");
  return { to: /^To: (.*)$/m.exec(head)?.[1] ?? "", text };
}

const alarmsAnswer = z.object({
  alarms: z.array(
    z.object({ id: z.string(), condition: z.string(), state: z.string(), acknowledgedBy: z.string().optional() }),
  ),
});
export const openAlarms = async (running: Running) => (await running.ask(alarmsAnswer, "/api/v1/alarms")).alarms;

const acknowledgement = z.object({ alarm: z.string(), by: z.string(), via: z.string(), comment: z.string() });

/** Every acknowledgement in the journal, as it is on disk. */
export const acknowledgements = ({ house }: Pick<ModemHouse, "house">) =>
  stored(
    house,
    "SELECT alarm, by, via, comment FROM journal WHERE transition = 'acknowledged' ORDER BY n",
    acknowledgement,
  );

const answer = z.object({
  via: z.string(),
  person: z.string().nullable(),
  state: z.string(),
  reason: z.string().nullable(),
});
export const storedAnswers = ({ house }: Pick<ModemHouse, "house">) =>
  stored(house, "SELECT via, person, state, reason FROM answers ORDER BY at_ms", answer);

function stored<T>(house: House, sql: string, shape: z.ZodType<T>): T[] {
  const db = new DatabaseSync(join(house.data, "state.db"), { readOnly: true, timeout: 5_000 });
  try {
    return db
      .prepare(sql)
      .all()
      .map((row) => shape.parse(row));
  } finally {
    db.close();
  }
}

const deliveries = z.object({
  log: z.array(z.object({ state: z.string(), condition: z.string(), alarm: z.string(), person: z.string() })),
});

/** Lets it smoke, and waits until the modem has told so many people of it. */
export async function raiseSmoke(running: Running, modem: ModemHouse, told = 3): Promise<{ id: string; code: string }> {
  const client = await running.connect("dev-1");
  const payload = JSON.stringify({ smoke_obscuration_pct_per_m: 5 });
  await client.publishAsync("sentry/north/dev-1/telemetry", payload, { qos: 1 });
  await client.endAsync();
  await eventually("the record of who was told", async () => {
    modem.outgoing();
    const rows = (await running.ask(deliveries, "/api/v1/telling/log")).log;
    return rows.filter(({ state, condition }) => state === "delivered" && condition === "smoke-alarm").length >= told;
  });
  const id = (await openAlarms(running)).find(({ condition }) => condition === "smoke-alarm")?.id ?? "";
  const code = z.object({ alarm_id: z.string(), code: z.string() });
  const codes = stored(modem.house, "SELECT alarm_id, code FROM alarm_codes WHERE open = 1", code);
  return { id, code: codes.find(({ alarm_id }) => alarm_id === id)?.code ?? "" };
}
