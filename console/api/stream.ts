import { z } from "zod";
import { SentryError } from "../../core/index.ts";
import type { Caller } from "../callers.ts";
import { approachOf } from "../entrance.ts";
import { viewOf } from "../rights.ts";
import type { RouteContext, Server } from "../server.ts";

export function streamRoutes(server: Server, context: RouteContext): void {
  const { source, callers, hub } = context;

  server.get(
    "/api/v1/stream",
    {
      exposeHeadRoute: false,
      schema: {
        summary: "What happens, as server-sent events: `reading`, `alarm`, `health`; `gap` where events were missed",
        description:
          "`reading` carries the newest value of each device and quantity, at most twice a second; the complete record " +
          "is at `/api/v1/readings`. Send `Last-Event-ID` to go on where a connection broke.",
        tags: ["stream"],
        headers: z.object({ "last-event-id": z.string().optional() }),
        response: {
          200: { description: "Server-sent events", content: { "text/event-stream": { schema: z.string() } } },
        },
      },
    },
    (request, reply) => {
      const limit = source.site().config.limits.stream_clients;
      if (hub.clients() >= limit) {
        throw new SentryError("limit-reached", `limits.stream_clients: ${limit} live streams are open already`);
      }
      // The first look may still refuse in an orderly way; later ones can only end the stream.
      viewOf(request.caller, source.site());
      const approach = approachOf(request);
      const currentCaller = (): Caller => callers.identify(approach);
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.raw.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" });
      hub.add({
        response: reply.raw,
        view: () => viewOf(currentCaller(), source.site()),
        lastEventId: eventIdOf(request.headers["last-event-id"]),
      });
    },
  );
}

/** An id that is none of ours counts as one that is long gone. */
function eventIdOf(header: string | undefined): number | null {
  if (header === undefined || header === "") return null;
  return /^\d{1,16}$/.test(header) ? Number(header) : 0;
}
