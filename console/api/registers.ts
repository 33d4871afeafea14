import { z } from "zod";
import { SentryError } from "../../core/index.ts";
import { requireRoom } from "../rights.ts";
import { type RouteContext, requestView, type Server } from "../server.ts";

const types = {
  pdf: "application/pdf",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  html: "text/html; charset=utf-8",
} as const;
const params = z.object({
  room: z.string().min(1).max(63),
  month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, { error: "a month such as 2026-11" }),
});
const query = z.strictObject({
  format: z.enum(["pdf", "xlsx"]).default("pdf"),
  language: z.enum(["zh", "en"]).optional().meta({ description: "The site's unless given" }),
});

/** The temperature and humidity register (温湿度登记表) of a room and month, as a file. */
export function registerRoutes(server: Server, context: RouteContext): void {
  const { source } = context;
  server.get(
    "/api/v1/registers/:room/:month",
    {
      schema: {
        summary: "The temperature and humidity register of a room and month, as PDF or XLSX",
        description: "Where no font for Chinese is found, a page of HTML in the PDF's place.",
        tags: ["reports"],
        params,
        querystring: query,
        produces: Object.values(types),
      },
    },
    async (request, reply) => {
      const { room, month } = request.params;
      requireRoom(requestView(request, context), source.site(), room);
      if (!source.register) throw new SentryError("not-found", "no registers are made here");
      const { format, language = source.site().config.site.language === "en" ? "en" : "zh" } = request.query;
      const { name, content } = await source.register({ room, month, format, language });
      const ending = name.endsWith(".xlsx") ? "xlsx" : name.endsWith(".pdf") ? "pdf" : "html";
      return reply
        .type(types[ending])
        .header("content-disposition", `attachment; filename="${name}"`)
        .send(Buffer.from(content));
    },
  );
}
