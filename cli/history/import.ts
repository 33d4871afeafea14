import { importHistory, openDataFolder } from "../../app/index.ts";
import { isQuantity, type Quantity } from "../../contract/index.ts";
import { SentryError, systemClock } from "../../core/index.ts";
import { note, say, sayJson, terminalLanguage } from "../output.ts";
import { siteOf } from "./stores.ts";

export interface ImportArguments {
  config: string;
  data: string;
  device: string;
  by: string;
  comment: string;
  map?: string;
  tz?: string;
  encoding?: string;
  json?: boolean;
}

/** Bad rows that are named one by one. */
const mostNamed = 100;

export async function runImport(files: readonly string[], options: ImportArguments): Promise<void> {
  const { device, by, comment, tz: timeZone, encoding } = options;
  const site = siteOf(options.config);
  const columns = options.map === undefined ? undefined : columnsOf(options.map);
  if (encoding !== undefined) check("--encoding", "an encoding such as gbk", encoding, () => new TextDecoder(encoding));
  if (timeZone !== undefined) {
    check("--tz", "a time zone such as Asia/Shanghai", timeZone, () => new Intl.DateTimeFormat("en", { timeZone }));
  }
  const data = openDataFolder(options.data);
  try {
    let bad = 0;
    const result = await importHistory({
      site,
      data,
      files,
      device,
      by,
      comment,
      columns,
      ...(encoding === undefined ? {} : { encoding }),
      ...(timeZone === undefined ? {} : { timeZone }),
      clock: systemClock,
      onBadRow({ file, line, reason }) {
        bad += 1;
        if (bad <= mostNamed) note(`${file} line ${line}: ${reason}`);
      },
      onProgress({ phase, rows }) {
        if (process.stderr.isTTY) process.stderr.write(`\r${words[phase]} ${rows}`);
      },
    });
    if (process.stderr.isTTY) process.stderr.write("\n");
    if (options.json) sayJson([result]);
    else say(words.done(result));
    if (result.bad > 0) throw new SentryError("csv-invalid", words.bad(result.bad));
  } finally {
    data.unlock();
  }
}

const words = {
  zh: {
    reading: "读取",
    storing: "写入",
    done: ({ added, known }: { added: number; known: number }) => `已录入 ${added} 行,${known} 行已存在`,
    bad: (count: number) => `${count} 行未能录入,其余已录入`,
  },
  en: {
    reading: "reading",
    storing: "storing",
    done: ({ added, known }: { added: number; known: number }) => `${added} rows entered, ${known} were known already`,
    bad: (count: number) => `${count} rows could not be entered, the others were`,
  },
}[terminalLanguage()];

/** `time=采集时间,temperature_c=温度` */
function columnsOf(text: string): Map<string, Quantity | "time"> {
  return new Map(
    text.split(",").map((pair) => {
      const [, name = "", column = ""] = /^([^=]+)=(.+)$/.exec(pair.trim()) ?? [];
      if (name === "time" || isQuantity(name)) return [column.trim(), name] as const;
      throw new SentryError("usage", `--map: expected quantity=column such as temperature_c=Temp, found ${pair}`);
    }),
  );
}

function check(option: string, expected: string, found: string, construct: () => unknown): void {
  try {
    construct();
  } catch {
    throw new SentryError("usage", `${option}: expected ${expected}, found ${found}`);
  }
}
