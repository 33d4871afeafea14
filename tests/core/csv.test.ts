import { expect, it } from "vitest";
import { csvText } from "../../core/index.ts";

it("a name is a name to the program that opens the table, never a formula or a further column", () => {
  const names = ["=HYPERLINK(1)", " +1", "－1", "@x", '李"强,二\nb', "<img src=x>"];
  expect(
    csvText(
      ["name", "t"],
      names.map((name) => [name, -3.5]),
    ),
  ).toBe(
    "\uFEFFname,t\r\n'=HYPERLINK(1),-3.5\r\n' +1,-3.5\r\n'－1,-3.5\r\n'@x,-3.5\r\n" +
      '"李""强,二\nb",-3.5\r\n<img src=x>,-3.5\r\n',
  );
});

it.each([
  ["=1+1", "'=1+1"],
  ["+86 1", "'+86 1"],
  ["-2", "'-2"],
  ["@x", "'@x"],
  [" =1", "' =1"],
  ["＝1", "'＝1"],
  ["\t=1", "'\t=1"],
  ['a"b,c', '"a""b,c"'],
  ["two\nlines", '"two\nlines"'],
  [-2, "-2"],
  [null, ""],
])("a cell with %j is written %j", (value, written) => {
  expect(csvText(["h"], [[value]])).toBe(`\uFEFFh\r\n${written}\r\n`);
});
