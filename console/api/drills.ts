import { z } from "zod";
import { type DrillView, drillEnd, drillStart, drillsQuery, drillsResponse, drillView } from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import { parseDuration } from "../../site/index.ts";
import type { Caller } from "../callers.ts";
import { configurationAuthor, requireRoom, seesPeople } from "../rights.ts";
import { answers, type RouteContext, requestView, type Server } from "../server.ts";

const named = z.object({ id: z.string().max(40) }).strict();

/** Announced exercises, and what came of them. */
export function drillRoutes(server: Server, context: RouteContext): void {
  const { source, log } = context;
  const drills = () => {
    if (source.drills) return source.drills;
    throw new SentryError("not-found", "there are no exercises here");
  };

  server.get(
    "/api/v1/telling/drills",
    {
      schema: {
        summary: "Exercises or weekly checks, newest first: who was told, who answered, after how long",
        tags: ["telling"],
        querystring: drillsQuery.strict(),
        response: answers(drillsResponse),
      },
    },
    (request) => {
      const view = requestView(request, context);
      const seen = drills()
        .list(request.query)
        .filter(({ room }) => view.sees(room));
      return { drills: seen.map((drill) => shown(drill, request.caller)) };
    },
  );

  server.post(
    "/api/v1/telling/drills",
    {
      schema: {
        summary: "Begin an announced exercise: told like a real alarm, marked as an exercise everywhere",
        tags: ["telling"],
        body: drillStart.strict(),
        response: answers(drillView),
      },
    },
    async (request) => {
      const { scenario, room, comment, by } = request.body;
      const author = configurationAuthor(request.caller, by, source.site());
      requireRoom(requestView(request, context), source.site(), room);
      const forMs = request.body.for === undefined ? undefined : (parseDuration(request.body.for) ?? undefined);
      const drill = await drills().start({ scenario, room, forMs, comment, ...author });
      log.info("console.drill.begun", { ...author, id: drill.id, scenario, room });
      return shown(drill, request.caller);
    },
  );

  server.post(
    "/api/v1/telling/drills/:id/end",
    {
      schema: {
        summary: "End an exercise before its time",
        tags: ["telling"],
        params: named,
        body: drillEnd.strict(),
        response: answers(drillView),
      },
    },
    async (request) => {
      const author = configurationAuthor(request.caller, request.body.by, source.site());
      const drill = await drills().end({ id: request.params.id, ...author });
      log.info("console.drill.ended", { ...author, id: drill.id });
      return shown(drill, request.caller);
    },
  );
}

/** Without names for those who may not see who is told. */
function shown(drill: DrillView, caller: Caller): DrillView {
  if (seesPeople(caller, drill.room)) return drill;
  const { answer } = drill;
  return {
    ...drill,
    by: null,
    comment: null,
    answer: answer && { ...answer, by: null, comment: null },
    told: drill.told.map((each) => ({ ...each, person: null, reply: null })),
  };
}
