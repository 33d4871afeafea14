import { z } from "zod";
import {
  accessEventsQuery,
  accessEventsResponse,
  badgeAssignment,
  badgesResponse,
  breakGlass,
  done,
  doorMaintenance,
  grantDecision,
  grantEnd,
  grantRequest,
  grantsQuery,
  grantsResponse,
  grantView,
  insideQuery,
  insideResponse,
} from "../../contract/index.ts";
import { isoTime, SentryError } from "../../core/index.ts";
import { accessReader, configurationAuthor, namedAuthor } from "../rights.ts";
import { answers, instantMs, type RouteContext, type Server } from "../server.ts";

/** Who was where, who may go where, and asking for it. Whoever reads of others is on record with that. */
export function accessRoutes(server: Server, { source, clock, log }: RouteContext): void {
  const access = () => {
    if (source.access) return source.access;
    throw new SentryError("not-found", "no access is recorded here");
  };
  const tags = ["access"];

  server.get(
    "/api/v1/access/events",
    {
      schema: {
        summary: "Badges and doors, in the order they were recorded, each with what our rights say to it",
        description: "For auditors. Each reading is itself an entry of the ledger.",
        tags,
        querystring: accessEventsQuery.strict(),
        response: answers(accessEventsResponse),
      },
    },
    (request) => {
      const { by, from, to, ...query } = request.query;
      const reader = accessReader(request.caller, by, source.site());
      if (!reader.personal) throw new SentryError("not-authorised", "no right to read the history of access");
      return access().events({ ...query, fromMs: instantMs(from), toMs: instantMs(to), reader });
    },
  );

  server.get(
    "/api/v1/access/inside",
    {
      schema: {
        summary: "Who is inside now, by room, and how sure that is",
        description: "Numbers for those who may read the room; names for those who may read the history of access.",
        tags,
        querystring: insideQuery.strict(),
        response: answers(insideResponse),
      },
    },
    (request) => {
      const { by, room } = request.query;
      const rooms = access().inside({ reader: accessReader(request.caller, by, source.site()), room });
      return { at: isoTime(clock.nowMs()), rooms };
    },
  );

  server.get(
    "/api/v1/access/grants",
    {
      schema: {
        summary: "Requests and grants: one's own, those one decides over, and for auditors all",
        tags,
        querystring: grantsQuery.strict(),
        response: answers(grantsResponse),
      },
    },
    (request) => {
      const { by, ...query } = request.query;
      return { grants: access().grants({ ...query, reader: accessReader(request.caller, by, source.site()) }) };
    },
  );

  server.post(
    "/api/v1/access/grants",
    { schema: { summary: "Ask for leave to enter", tags, body: grantRequest, response: answers(grantView) } },
    (request) => {
      const author = namedAuthor(request.caller, request.body.by, source.site());
      const grant = access().request({ ...request.body, by: author.by });
      log.info("console.grant.requested", { grant: grant.id, via: author.via });
      return grant;
    },
  );

  const params = z.object({ id: z.string().min(1).max(64) });
  server.post(
    "/api/v1/access/grants/:id/decide",
    {
      schema: {
        summary: "Approve or refuse a request: by who answers for the room's holdings, never by who asked",
        tags,
        params,
        body: grantDecision,
        response: answers(grantView),
      },
    },
    (request) => {
      const author = namedAuthor(request.caller, request.body.by, source.site());
      const grant = access().decide({ ...request.body, grant: request.params.id, by: author.by });
      log.info("console.grant.decided", { grant: grant.id, state: grant.state, via: author.via });
      return grant;
    },
  );
  server.post(
    "/api/v1/access/grants/:id/revoke",
    {
      schema: {
        summary: "End a grant; by who asked for it, a withdrawal",
        tags,
        params,
        body: grantEnd,
        response: answers(grantView),
      },
    },
    (request) => {
      const { by } = namedAuthor(request.caller, request.body.by, source.site());
      return access().revoke({ grant: request.params.id, comment: request.body.comment, by });
    },
  );
  server.post(
    "/api/v1/access/grants/:id/explain",
    {
      schema: { summary: "Explain a break-glass", tags, params, body: grantEnd, response: answers(grantView) },
    },
    (request) => {
      const { by } = namedAuthor(request.caller, request.body.by, source.site());
      return access().explain({ grant: request.params.id, comment: request.body.comment, by });
    },
  );
  server.post(
    "/api/v1/access/break-glass",
    {
      schema: {
        summary: "Enter without asking, in an emergency: alarms at once, and must be explained",
        tags,
        body: breakGlass,
        response: answers(grantView),
      },
    },
    (request) => {
      const author = namedAuthor(request.caller, request.body.by, source.site());
      const grant = access().breakGlass({ ...request.body, by: author.by });
      log.warn("console.glass.broken", { grant: grant.id, via: author.via });
      return grant;
    },
  );
  server.post(
    "/api/v1/access/badges",
    {
      schema: {
        summary: "Give a badge to a person, or take the person's badges back",
        description: "The badge's number is kept as a keyed hash alone.",
        tags,
        body: badgeAssignment,
        response: answers(badgesResponse),
      },
    },
    (request) => {
      const author = configurationAuthor(request.caller, request.body.by, source.site());
      const badges = access().assignBadge({ ...request.body, by: author.by });
      log.info("console.badge.assigned", { badges, via: author.via });
      return { badges };
    },
  );
  server.post(
    "/api/v1/access/maintenance",
    {
      schema: {
        summary: "A door is under repair: it is recorded as ever, and alarms nobody",
        tags,
        body: doorMaintenance,
        response: answers(done),
      },
    },
    (request) => {
      const author = configurationAuthor(request.caller, request.body.by, source.site());
      access().maintain({ ...request.body, by: author.by });
      log.info("console.door.maintained", { door: request.body.door, via: author.via });
      return { done: true as const };
    },
  );
}
