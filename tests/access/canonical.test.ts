import { expect, test } from "vitest";
import { canonical, isCanonicalText } from "../../access/ledger/canonical.ts";

test.each([
  '{"a":1,"b":[{"c":null,"d":"é"},true]}',
  '{"b":1,"a":2}',
  '{"a":{"z":1,"b":2}}',
  '[{"z":1,"b":2}]',
  '{"1":1,"10":2,"9":3}',
  '{"1":1,"9":3,"10":2}',
  '{"a":1,"a":1}',
  '{"a":"\\u00e9"}',
  '{"a":"\\ud800"}',
  '{"a":"\\u001f"}',
  '{"a":-0}',
  '{"a":1e21}',
  '{"a":1E21}',
  '{"a":100000000000000000000}',
  '{"a":1.0}',
  ' {"a":1}',
  '{"é":1,"z":2}',
  '{"z":2,"é":1}',
  '{"__proto__":1,"a":2}',
  '"text"',
])("%s is judged as the library writes it", (text) => {
  const value = JSON.parse(text);
  let written: string | null = null;
  try {
    written = canonical(value);
  } catch {
    // What has no canonical text is none.
  }
  expect(isCanonicalText(text, value)).toBe(written === text);
});
