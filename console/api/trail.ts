import { configurationResponse, trailQuery, trailResponse } from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import { type Action, authorise } from "../../site/index.ts";
import type { Caller } from "../callers.ts";
import { reloadAuthor } from "../rights.ts";
import { answers, type RouteContext, type Server } from "../server.ts";

/** What was done with this program and by whom, and the configuration in force. */
export function trailRoutes(server: Server, { source }: RouteContext): void {
  const require = (caller: Caller, by: string | undefined, ...rights: Action[]) => {
    if (caller.kind === "operator") return reloadAuthor(caller, by, source.site());
    if (caller.kind === "open") throw new SentryError("not-authenticated", "this needs a session or token");
    const { person } = caller;
    if (rights.some((right) => authorise(person, right, null).allowed)) return { by: person.id, via: "api" as const };
    throw new SentryError("not-authorised", `${person.id}: no right to ${rights.join(" or ")}`);
  };

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
      const { cursor, kind, limit, by } = request.query;
      const reader = require(request.caller, by, "read-trail");
      if (!source.trail) throw new SentryError("not-found", "there is no ledger here");
      return source.trail({ kind, limit, before: cursor, ...reader });
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
      require(request.caller, undefined, "configure", "manage-rights", "read-trail");
      return { configuration: source.configuration() };
    },
  );
}
