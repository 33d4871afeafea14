import { recordDeed, recordEntry, recordsQuery, recordsResponse } from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import { recordKeeper, recordReader } from "../rights.ts";
import { answers, instantMs, type RouteContext, type Server } from "../server.ts";

/** What was done with records: entering it, and looking it up. */
export function recordRoutes(server: Server, { source, log }: RouteContext): void {
  const records = () => {
    if (source.records) return source.records;
    throw new SentryError("not-found", "no book of records is kept here");
  };

  server.get(
    "/api/v1/access/records",
    {
      schema: {
        summary: "What was done with records; with `reference`, everything that ever happened to one",
        description: "For archivists and auditors. Each reading is itself an entry of the ledger.",
        tags: ["access"],
        querystring: recordsQuery.strict(),
        response: answers(recordsResponse),
      },
    },
    (request) => {
      const { by, from, to, ...query } = request.query;
      const reader = recordReader(request.caller, by, source.site());
      const page = records().list({ ...query, fromMs: instantMs(from), toMs: instantMs(to), ...reader.author });
      return { records: page.records.filter(({ room }) => reader.sees(room)), next: page.next };
    },
  );

  server.post(
    "/api/v1/access/records",
    {
      schema: {
        summary: "Enter a deposit, storage check, consultation, digitisation, loan or return",
        tags: ["access"],
        body: recordDeed,
        response: answers(recordEntry),
      },
    },
    (request) => {
      const { by, ...deed } = request.body;
      const author = recordKeeper(request.caller, { by, room: deed.room ?? null, site: source.site() });
      const entered = records().enter({ ...deed, by: author.by });
      log.info("console.record.entered", { action: deed.action, index: entered.index, via: author.via });
      return entered;
    },
  );
}
