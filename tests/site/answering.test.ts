import { expect, test } from "vitest";
import { answeringPaths } from "../../site/index.ts";
import { faultsOf, head } from "./builder.ts";

const outside = (site: unknown) =>
  answeringPaths(site).flatMap(({ name, worksOutside }) => (worksOutside ? [name] : []));

test.each([
  [{}, []],
  [{ channels: { "sms-modem": { directory: "/var/spool/sms" } } }, ["sms-modem"]],
  [{ channels: { "sms-modem": { answers: false } } }, []],
  [{ answers: { sms: {} } }, ["sms-callback"]],
  [{ answers: { sms: { works_outside: false }, voice: {} } }, ["voice-callback"]],
  // Whether an address can be opened from elsewhere, only the site knows.
  [{ console: { public_url: "https://10.0.0.5" } }, []],
  [{ console: { public_url: "https://a.example" }, answers: { links_work_outside: true } }, ["link"]],
  [{ answers: { links_work_outside: true } }, []],
  ["nonsense", []],
  [{ channels: 7, answers: [], console: null }, []],
])("%j can be answered from outside by %j", (site, names) => expect(outside(site)).toEqual(names));

const policy = `${head}
people: [{ id: "1", name: A, category: leader, phone: "13900000001" }]
telling: { policies: [{ id: all, steps: [{ tell: [leadership] }] }] }
`;
const withModem = "channels: { sms-modem: { daemon: smstools, directory: /var/spool/sms } }\n";

test("a policy for critical alarms is refused until there is a way of answering from outside", () => {
  expect(faultsOf(policy).map(({ path }) => path)).toEqual(["telling.policies[0]"]);
  expect(faultsOf(policy + withModem)).toEqual([]);
  const answers = (links: boolean) =>
    `${policy}console: { public_url: "https://a.example" }\nanswers: { links_work_outside: ${links} }\n`;
  expect(faultsOf(answers(true))).toEqual([]);
  expect(faultsOf(answers(false))[0]?.message).toContain("cli and api and link alone");
});

test("a gateway needs exactly one place for its secret", () => {
  const sms = (more: string) => faultsOf(`${head}answers: { sms: { secret_file: s${more} } }\n`);
  expect(sms(", header: x-token")).toEqual([]);
  expect(sms("")[0]?.message).toContain("either header or field");
  expect(sms(", header: x-token, field: token")[0]?.message).toContain("either header or field");
});
