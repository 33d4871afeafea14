import { z } from "zod";
import { configReload, configReloadResponse, healthResponse } from "../../contract/index.ts";
import { operatorOr } from "../rights.ts";
import { answers, type RouteContext, type Server } from "../server.ts";

/** How this program is doing, what its interface is, and its configuration. */
export function systemRoutes(server: Server, context: RouteContext): void {
  const { source, hub, log } = context;

  server.get(
    "/health",
    {
      schema: {
        summary: "Whether this program does its work, with the reason per part",
        tags: ["system"],
        response: { ...answers(healthResponse), 503: healthResponse.describe("Not ready") },
      },
    },
    (_request, reply) => {
      const health = source.health();
      reply.code(health.ready ? 200 : 503);
      return health;
    },
  );

  server.get(
    "/metrics",
    {
      schema: {
        summary: "Figures in the text format of Prometheus",
        tags: ["system"],
        produces: ["text/plain"],
        response: { 200: { description: "Prometheus text format", content: { "text/plain": { schema: z.string() } } } },
      },
    },
    async (_request, reply) => {
      const { contentType, text } = await source.metrics();
      return reply.type(contentType).serializer(String).send(text);
    },
  );

  server.get("/api/openapi.json", { schema: { hide: true } }, () => server.swagger());

  server.post(
    "/api/v1/config/reload",
    {
      schema: {
        summary: "Take the changed site file, or refuse it whole",
        tags: ["system"],
        body: configReload.strict().nullish(),
        response: answers(configReloadResponse),
      },
    },
    async (request) => {
      const author = operatorOr(["configure"], request.caller, request.body?.by, source.site());
      const result = await source.reload(author);
      hub.recheck();
      log.info("console.config.reloaded", { ...author });
      return result;
    },
  );
}
