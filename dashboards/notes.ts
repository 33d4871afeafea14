import { type Edition, text } from "./edition.ts";
import { words } from "./panels/draw.ts";

/** What a dashboard must say wherever its figures could be taken for more than they are. */

interface Size {
  width: number;
  height: number;
}

export function fireNote(size: Size, edition: Edition) {
  return words(
    {
      title: text("Not a fire alarm", "不是火灾报警系统"),
      description: text(
        "What this system is not. Suspected fire is told as early as it can be inferred, beside the certified system.",
        "说明本系统的界限：疑似火情会尽早提示，但不能代替经认证的火灾自动报警系统。",
      ),
      ...size,
    },
    text(
      "**Not a certified fire alarm system** (GB 50116, EN 54) and no replacement for one. The certified panel decides.",
      "**本系统不是经认证的火灾自动报警系统**（GB 50116、EN 54），也不能代替它；一切以消防控制室为准。",
    ),
    edition,
  );
}

export function ledgerNote(size: Size, edition: Edition) {
  const { consoleUrl } = edition;
  return words(
    {
      title: text("The ledger is the authority", "以台账为准"),
      description: text(
        "What these figures are for: they hold no names. Who was where is read in the console, and that reading is recorded.",
        "说明本页数据的用途：不含姓名。何人何时出入须在控制台查阅，查阅本身也会被记录。",
      ),
      ...size,
    },
    text(
      `These are figures without names. **The tamper-evident ledger is the authority.** Look people up in the console ([open](${consoleUrl}/)); every look is recorded.`,
      `本页只有不含姓名的统计。**防篡改台账才是依据**。查人请到控制台（[打开](${consoleUrl}/)），每次查阅都会留痕。`,
    ),
    edition,
  );
}
