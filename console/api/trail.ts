import { configurationResponse, trailQuery, trailResponse } from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import { operatorOr } from "../rights.ts";
import { answers, type RouteContext, type Server } from "../server.ts";

/** What was done with this program and by whom, and the configuration in force. */
export function trailRoutes(server: Server, { source }: RouteContext): void {
  server.get(
    "/api/v1/trail",
    {
      schema: {
        summary: "Log-ins, commands, changes of configuration, security events and readings, newest first",
        description: "For auditors and the audit administrator. Each reading is itself an entry of the ledger.",
        tags: ["system"],
        querystring: trailQuery.strict(),
        response: answers(trailResponse),
      },
    },
    (request) => {
      const { cursor, kind, person, refused, limit, by } = request.query;
      const reader = operatorOr(["read-trail"], request.caller, by, source.site());
      if (!source.trail) throw new SentryError("not-found", "there is no ledger here");
      return source.trail({ kind, person, refused: refused !== undefined, limit, before: cursor, ...reader });
    },
  );

  server.get(
    "/api/v1/config",
    {
      schema: {
        summary: "The configuration in force, without anybody's name, address or number",
        tags: ["system"],
        response: answers(configurationResponse),
      },
    },
    (request) => {
      operatorOr(["configure", "manage-rights", "read-trail"], request.caller, undefined, source.site());
      return { configuration: source.configuration() };
    },
  );
}
