import { checkpointResponse, proofQuery, proofResponse } from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import { readsHistory } from "../rights.ts";
import { answers, type RouteContext, type Server } from "../server.ts";

/** What anybody who was let in may check of the ledger. */
export function ledgerRoutes(server: Server, { source }: RouteContext): void {
  const ledger = () => {
    if (source.ledger) return source.ledger;
    throw new SentryError("not-found", "there is no ledger here");
  };

  server.get(
    "/api/v1/access/checkpoint",
    {
      schema: {
        summary: "The newest signed checkpoint of the ledger, for auditors to keep",
        tags: ["access"],
        response: answers(checkpointResponse),
      },
    },
    () => ledger().checkpoint(),
  );

  server.get(
    "/api/v1/access/proof",
    {
      schema: {
        summary: "That an entry is in the ledger, or that a smaller ledger grew into it",
        tags: ["access"],
        querystring: proofQuery.strict(),
        response: answers(proofResponse),
      },
    },
    (request) => {
      const { index, from, size } = request.query;
      if ((index === undefined) === (from === undefined)) {
        throw new SentryError(
          "request-invalid",
          "expected either index (of an entry) or from (size of a smaller tree)",
        );
      }
      return ledger().proof({ index, from, size, withEntry: readsHistory(request.caller, source.site()) });
    },
  );
}
