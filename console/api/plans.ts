import { readFileSync, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { z } from "zod";
import { planParams } from "../../contract/index.ts";
import { SentryError } from "../../core/index.ts";
import { answers, type RouteContext, requestView, type Server } from "../server.ts";

/** Pictures alone; whatever else a file may be, it is not sent. */
const types: Readonly<Record<string, string>> = {
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".webp": "image/webp",
};
/** An SVG opened by itself may hold scripts: it runs none, and asks for nothing. */
const picturePolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/** Floor plans, as the site file names them. */
export function planRoutes(server: Server, context: RouteContext): void {
  const { source } = context;

  server.get(
    "/api/v1/plans/:building/:floor",
    {
      serializerCompiler: () => String,
      schema: {
        summary: "The picture of a floor, for those who may read a room on it",
        tags: ["rooms"],
        params: planParams,
        response: { ...answers(z.any()), 200: z.any().describe("An image") },
      },
    },
    (request, reply) => {
      const view = requestView(request, context);
      const { building, floor } = request.params;
      const { config, directory } = source.site();
      const plan = config.buildings.find(({ id }) => id === building)?.plans.find((one) => one.floor === floor);
      const isSeen = config.rooms.some(
        (room) => room.building === building && room.floor === floor && view.sees(room.id),
      );
      const type = plan && types[extname(plan.file).toLowerCase()];
      if (!plan || !type || !isSeen) throw new SentryError("not-found", `there is no plan of ${building}, ${floor}`);
      return reply
        .type(type)
        .header("content-security-policy", picturePolicy)
        .header("cache-control", "private, max-age=300")
        .send(pictureOf(resolve(directory, plan.file), config.limits.floor_plan));
    },
  );
}

function pictureOf(path: string, atMostBytes: number): Buffer {
  let bytes: number;
  try {
    bytes = statSync(path).size;
    if (bytes <= atMostBytes) return readFileSync(path);
  } catch (cause) {
    throw new SentryError("not-found", "the picture of this floor cannot be read", { cause });
  }
  throw new SentryError("limit-reached", `the picture has ${bytes} bytes, limits.floor_plan allows ${atMostBytes}`);
}
