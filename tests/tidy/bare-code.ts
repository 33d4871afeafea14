/**
 * Source text with comments, and with `strings: "blank"` also the insides of strings, regular expressions and
 * templates, turned into spaces: what is left has every remaining character where it was.
 */
export function bareCode(source: string, options: { strings: "keep" | "blank" }): string {
  const kept = [...source];
  const blank = (from: number, to: number) => {
    for (let at = from; at < to; at++) if (source[at] !== "\n") kept[at] = " ";
  };
  const blankString = (from: number, to: number) => {
    if (options.strings === "blank") blank(from, to);
  };
  /** Depths of braces at which a template's `${` was opened. */
  const templates: number[] = [];
  let depth = 0;
  let before = "";
  let at = 0;

  const template = (from: number): number => {
    let end = from;
    while (end < source.length && source[end] !== "`" && !source.startsWith("${", end))
      end += source[end] === "\\" ? 2 : 1;
    blankString(from, end);
    if (source[end] === "`") return end + 1;
    templates.push(depth);
    depth += 1;
    return end + 2;
  };

  while (at < source.length) {
    const character = source[at]!;
    const pair = source.slice(at, at + 2);
    if (pair === "//" || pair === "/*") {
      const close = pair === "//" ? source.indexOf("\n", at) : source.indexOf("*/", at + 2) + 2;
      const end = close < 2 ? source.length : close;
      blank(at, end);
      at = end;
    } else if (character === '"' || character === "'") {
      let end = at + 1;
      while (end < source.length && source[end] !== character) end += source[end] === "\\" ? 2 : 1;
      blankString(at + 1, end);
      before = character;
      at = end + 1;
    } else if (character === "`") {
      before = character;
      at = template(at + 1);
    } else if (character === "}" && templates.at(-1) === depth - 1) {
      templates.pop();
      depth -= 1;
      at = template(at + 1);
      before = "`";
    } else if (character === "/" && startsExpression(before, source, at)) {
      let end = at + 1;
      for (let inClass = false; end < source.length && (inClass || source[end] !== "/"); end++) {
        if (source[end] === "\\") end += 1;
        else if (source[end] === "[") inClass = true;
        else if (source[end] === "]") inClass = false;
      }
      blankString(at + 1, end);
      before = "/";
      at = end + 1;
    } else {
      if (character === "{") depth += 1;
      if (character === "}") depth -= 1;
      if (character.trim() !== "") before = character;
      at += 1;
    }
  }
  return kept.join("");
}

/** After an operator or an opening bracket a slash begins a regular expression; after a value it divides. */
function startsExpression(before: string, source: string, at: number): boolean {
  if (before === "" || "(,=:[!&|?{};+-*%<>~^".includes(before)) return true;
  return /\b(return|typeof|case|in|of)\s*$/.test(source.slice(Math.max(0, at - 12), at));
}
