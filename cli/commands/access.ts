import type { Command } from "commander";
import { SentryError } from "../../core/index.ts";
import { type ClientOptions, withClientOptions } from "../client-options.ts";

interface Reader extends ClientOptions {
  by?: string;
  room?: string;
  person?: string;
}

interface RequestOptions extends Reader {
  person: string;
  name?: string;
  category?: string;
  with?: string[];
  rooms: string[];
  purpose: string;
  record: string[];
  class: string;
  from: string;
  to: string;
  comment?: string;
}

const listed = (value: string, before: string[]) => [...before, value];
const byOption = [
  "--by <staff number>",
  "who does it; needed with the operator token, which belongs to no person",
] as const;

export function registerAccess(program: Command): void {
  const access = program
    .command("access")
    .description("who is inside, who was, and who may go in")
    .addHelpText("after", "\nExample:\n  npx archive-sentry access inside --by 10900");

  withClientOptions(access.command("inside").description("who is inside now, by room, and how sure that is"))
    .option("--room <id>", "of this room")
    .option(...byOption)
    .addHelpText("after", "\nExample:\n  npx archive-sentry access inside --by 10900")
    .action(sayInside);

  withClientOptions(access.command("events").description("badges and doors; reading them is itself recorded"))
    .option("--room <id>", "of this room")
    .option("--person <staff number>", "of this person")
    .option("--from <time>", "from this time on, RFC 3339")
    .option("--to <time>", "before this time, RFC 3339")
    .option(...byOption)
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry access events --room a-101 --from 2026-11-20T00:00:00+08:00 --by 10900",
    )
    .action(sayEvents);

  withClientOptions(access.command("grants").description("requests and grants: yours, those you decide over"))
    .option("--room <id>", "for this room")
    .option("--person <staff number>", "for this person")
    .option(
      "--state <state>",
      "open, all, or one of requested, approved, in-force, refused, expired, revoked, withdrawn",
      "open",
    )
    .option(...byOption)
    .addHelpText("after", "\nExample:\n  npx archive-sentry access grants --by 10231")
    .action(sayGrants);

  withClientOptions(access.command("request").description("ask for leave to enter"))
    .requiredOption("--person <staff number>", "for whom")
    .option("--name <name>", "of a guest, who is not in the site file")
    .option("--category <category>", "of a guest: contractor, visitor, health-authority …")
    .option("--with <staff number>", "who comes along; may be repeated", listed, [])
    .requiredOption("--rooms <id...>", "into which rooms")
    .requiredOption(
      "--purpose <purpose>",
      "deposit, storage-check, consultation, digitisation, maintenance or inspection",
    )
    .option("--record <reference>", "which record; may be repeated", listed, [])
    .option("--class <class>", "highest class of the records: ordinary, important or core", "ordinary")
    .requiredOption("--from <time>", "from when on, RFC 3339")
    .requiredOption("--to <time>", "until when, RFC 3339")
    .option("--comment <text>", "why")
    .option(...byOption)
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry access request --person 10405 --rooms a-101 --purpose maintenance --from 2026-11-24T09:00:00+08:00 --to 2026-11-24T11:00:00+08:00 --comment 'change the fan' --by 10405",
    )
    .action(request);

  for (const [name, decision, description] of [
    ["approve", "approved", "approve a request; the key holder of its rooms, never who asked"],
    ["refuse", "refused", "refuse a request"],
  ] as const) {
    withClientOptions(access.command(name).description(description).argument("<grant>", "of `access grants`"))
      .option("--comment <text>", "why")
      .option(...byOption)
      .addHelpText("after", `\nExample:\n  npx archive-sentry access ${name} 8h3kq0aa --comment agreed --by 10231`)
      .action((id: string, options: Reader & { comment?: string }) =>
        change(options, `grants/${encodeURIComponent(id)}/decide`, { decision, comment: options.comment ?? "" }),
      );
  }
  withClientOptions(access.command("revoke").description("end a grant").argument("<grant>", "of `access grants`"))
    .option("--comment <text>", "why")
    .option(...byOption)
    .addHelpText("after", "\nExample:\n  npx archive-sentry access revoke 8h3kq0aa --comment 'work is done' --by 10231")
    .action((id: string, options: Reader & { comment?: string }) =>
      change(options, `grants/${encodeURIComponent(id)}/revoke`, { comment: options.comment ?? "" }),
    );
  withClientOptions(access.command("break-glass").description("enter without asking, in an emergency: alarms at once"))
    .requiredOption("--person <staff number>", "who goes in")
    .requiredOption("--rooms <id...>", "into which rooms")
    .requiredOption("--comment <text>", "why")
    .option("--minutes <number>", "for how long", "60")
    .option(...byOption)
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry access break-glass --person 10518 --rooms a-101 --comment 'pipe burst' --by 10518",
    )
    .action((options: Reader & { rooms: string[]; comment: string; minutes: string }) =>
      change(options, "break-glass", {
        person: options.person,
        rooms: options.rooms,
        minutes: Number(options.minutes),
        comment: options.comment,
      }),
    );
  withClientOptions(
    access.command("explain").description("explain a break-glass").argument("<grant>", "of `access grants`"),
  )
    .requiredOption("--comment <text>", "what happened")
    .option(...byOption)
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry access explain 8h3kq0aa --comment 'valve closed at 02:10' --by 10518",
    )
    .action((id: string, options: Reader & { comment: string }) =>
      change(options, `grants/${encodeURIComponent(id)}/explain`, { comment: options.comment }),
    );

  registerBadges(access);

  withClientOptions(
    access
      .command("maintenance")
      .description("a door is under repair: recorded as ever, alarming nobody")
      .argument("<door>", "its id"),
  )
    .requiredOption("--minutes <number>", "for how long; 0 ends it")
    .option("--comment <text>", "why")
    .option(...byOption)
    .addHelpText(
      "after",
      "\nExample:\n  npx archive-sentry access maintenance d-a-101 --minutes 60 --comment 'new closer' --by 10405",
    )
    .action(async (door: string, options: Reader & { minutes: string; comment?: string }) => {
      const { done } = await import("../../contract/index.ts");
      const { createClient } = await import("../client.ts");
      const { by, comment = "" } = options;
      const body = { door, minutes: Number(options.minutes), comment, by };
      await createClient(options).post("/api/v1/access/maintenance", body, done);
    });
}

function registerBadges(access: Command): void {
  const badges = access
    .command("badges")
    .description("give badges to people, and take them back")
    .addHelpText("after", "\nExample:\n  npx archive-sentry access badges assign --person 10231 --by 10405");
  withClientOptions(
    badges.command("assign").description("give a badge; its number is read from standard input: type or scan it"),
  )
    .requiredOption("--person <staff number>", "to whom")
    .option("--name <name>", "of a guest, who is not in the site file")
    .option("--category <category>", "of a guest")
    .option(...byOption)
    .addHelpText("after", "\nExample:\n  npx archive-sentry access badges assign --person 10231 --by 10405")
    .action(async (options: Reader & { person: string; name?: string; category?: string }) => {
      const { createInterface } = await import("node:readline");
      const { note } = await import("../output.ts");
      // Not an argument: those stay in the shell's history and in the list of processes.
      if (process.stdin.isTTY) note("badge number:");
      let credential = "";
      for await (const line of createInterface({ input: process.stdin })) {
        credential = line.trim();
        break;
      }
      if (credential === "")
        throw new SentryError("usage", "expected the badge's number on standard input, found nothing");
      const { person: id, name, category } = options;
      await changeBadges(options, { person: { id, name, category }, credential });
    });
  withClientOptions(badges.command("withdraw").description("take all badges of a person back"))
    .requiredOption("--person <staff number>", "from whom")
    .option(...byOption)
    .addHelpText("after", "\nExample:\n  npx archive-sentry access badges withdraw --person 10231 --by 10405")
    .action((options: Reader & { person: string }) => changeBadges(options, { person: { id: options.person } }));
}

async function changeBadges(options: Reader, body: object): Promise<void> {
  const { createClient } = await import("../client.ts");
  const { badgesResponse } = await import("../../contract/index.ts");
  const { say, sayJson } = await import("../output.ts");
  const answer = await createClient(options).post("/api/v1/access/badges", { ...body, by: options.by }, badgesResponse);
  if (options.json) sayJson([answer]);
  else say(String(answer.badges));
}

async function change(options: Reader, path: string, body: object): Promise<void> {
  const { createClient } = await import("../client.ts");
  const { grantView } = await import("../../contract/index.ts");
  const grant = await createClient(options).post(`/api/v1/access/${path}`, { ...body, by: options.by }, grantView);
  if (options.json) (await import("../output.ts")).sayJson([grant]);
  else (await import("../access-tables.ts")).tellGrants([grant]);
}

function request(options: RequestOptions): Promise<void> {
  const { person: id, name, category, rooms, purpose, record: records, from, to, comment = "" } = options;
  return change(options, "grants", {
    person: { id, name, category },
    companions: options.with ?? [],
    rooms,
    purpose,
    records,
    class: options.class,
    from,
    to,
    comment,
  });
}

async function sayInside(options: Reader): Promise<void> {
  const { createClient } = await import("../client.ts");
  const { insideResponse } = await import("../../contract/index.ts");
  const { room, by } = options;
  const { rooms } = await createClient(options).get("/api/v1/access/inside", { room, by }, insideResponse);
  if (options.json) (await import("../output.ts")).sayJson(rooms);
  else (await import("../access-tables.ts")).tellInside(rooms);
}

async function sayEvents(options: Reader & { from?: string; to?: string }): Promise<void> {
  const { createClient } = await import("../client.ts");
  const { accessEventsResponse } = await import("../../contract/index.ts");
  const { room, person, from, to, by } = options;
  const client = createClient(options);
  let cursor: string | undefined;
  do {
    const query = { room, person, from, to, by, limit: 1_000, cursor };
    const page = await client.get("/api/v1/access/events", query, accessEventsResponse);
    if (options.json) (await import("../output.ts")).sayJson(page.events);
    else (await import("../access-tables.ts")).tellEvents(page.events);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

async function sayGrants(options: Reader & { state: string }): Promise<void> {
  const { createClient } = await import("../client.ts");
  const { grantsResponse } = await import("../../contract/index.ts");
  const { room, person, state, by } = options;
  const { grants } = await createClient(options).get(
    "/api/v1/access/grants",
    { room, person, state, by },
    grantsResponse,
  );
  if (options.json) (await import("../output.ts")).sayJson(grants);
  else (await import("../access-tables.ts")).tellGrants(grants);
}
