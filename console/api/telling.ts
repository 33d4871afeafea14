import {
  onDutyQuery,
  onDutyResponse,
  type TellingEntry,
  tellingQuery,
  tellingResponse,
  tellingTest,
  tellingTestResponse,
} from "../../contract/index.ts";
import { isoTime, SentryError } from "../../core/index.ts";
import { dutiesAt } from "../../site/index.ts";
import { configurationAuthor, seesPeople } from "../rights.ts";
import { answers, instantMs, type RouteContext, requestView, type Server } from "../server.ts";

/** Who is on duty, who was told what, and whether somebody can be told. */
export function tellingRoutes(server: Server, context: RouteContext): void {
  const { source, clock, log } = context;
  const telling = () => {
    if (source.telling) return source.telling;
    throw new SentryError("not-found", "nobody is told here");
  };

  server.get(
    "/api/v1/telling/on-duty",
    {
      schema: {
        summary: "Who is on duty by each rota",
        description: "Names and staff numbers for those who may acknowledge alarms or read the access history.",
        tags: ["telling"],
        querystring: onDutyQuery.strict(),
        response: answers(onDutyResponse),
      },
    },
    (request) => {
      requestView(request, context);
      const atMs = instantMs(request.query.at) ?? clock.nowMs();
      const duties = dutiesAt(source.site(), atMs);
      const at = isoTime(atMs);
      if (seesPeople(request.caller, null)) return { at, rotas: duties };
      const nameless = duties.map(({ people, ...duty }) => {
        return { ...duty, standsInFor: null, people: people.map(() => ({ id: null, name: null })) };
      });
      return { at, rotas: nameless };
    },
  );

  server.get(
    "/api/v1/telling/log",
    {
      schema: {
        summary: "Who was told what, when, through what, with the server's own reply; newest first",
        description: "Of the rooms that the caller may read; whom, for those who may see that.",
        tags: ["telling"],
        querystring: tellingQuery.strict(),
        response: answers(tellingResponse),
      },
    },
    (request) => {
      const view = requestView(request, context);
      const { caller } = request;
      const { person, ...query } = request.query;
      // Who may not see people cannot find them out by asking for each in turn.
      if (person !== undefined && !seesPeople(caller, null)) {
        throw new SentryError("not-authorised", "person: no right to see who was told");
      }
      const page = telling().log({ ...query, person });
      const shown = (entry: TellingEntry): TellingEntry =>
        // A server's reply may hold an address, a path or a number.
        seesPeople(caller, entry.room) ? entry : { ...entry, person: null, reply: null };
      return { log: page.log.filter((entry) => view.sees(entry.room)).map(shown), next: page.next };
    },
  );

  server.post(
    "/api/v1/telling/test",
    {
      schema: {
        summary: "Send a marked test message to one person; answers with the server's own reply",
        tags: ["telling"],
        body: tellingTest.strict(),
        response: answers(tellingTestResponse),
      },
    },
    async (request) => {
      const { person, channel, by } = request.body;
      const author = configurationAuthor(request.caller, by, source.site());
      const answer = await telling().test({ person, channel, by: author.by });
      log.info("console.telling.tested", { ...author, person, channel: answer.channel, state: answer.state });
      return answer;
    },
  );
}
