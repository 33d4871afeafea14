import {
  devicesResponse,
  excursionsQuery,
  excursionsResponse,
  quarantineQuery,
  quarantineResponse,
  readingsQuery,
  readingsResponse,
  roomsResponse,
} from "../../contract/index.ts";
import { parseDuration } from "../../site/index.ts";
import { requireRoom } from "../rights.ts";
import { answers, instantMs, type RouteContext, requestView, type Server } from "../server.ts";

/** Rooms, devices, and what was measured in and by them. */
export function historyRoutes(server: Server, context: RouteContext): void {
  const { source, clock } = context;

  server.get(
    "/api/v1/rooms",
    {
      schema: { summary: "Rooms with their present state", tags: ["rooms"], response: answers(roomsResponse) },
    },
    (request) => {
      const view = requestView(request, context);
      const rooms = source.rooms().filter((room) => view.sees(room.id));
      const seen = new Set(rooms.map(({ building, floor }) => `${building} ${floor}`));
      const plans = source
        .site()
        .config.buildings.flatMap(({ id, plans: own }) => own.map(({ floor }) => ({ building: id, floor })))
        .filter(({ building, floor }) => seen.has(`${building} ${floor}`));
      return { rooms, plans };
    },
  );

  server.get(
    "/api/v1/devices",
    { schema: { summary: "Devices and their health", tags: ["devices"], response: answers(devicesResponse) } },
    (request) => {
      const view = requestView(request, context);
      return { devices: source.devices().filter((device) => view.sees(device.room)) };
    },
  );

  server.get(
    "/api/v1/readings",
    {
      // Ten thousand readings are judged by the compiler; to judge them again here would hold up what is more urgent.
      serializerCompiler: () => JSON.stringify,
      schema: {
        summary: "What was measured, oldest first; with `every`, minimum, mean and maximum per length of time",
        tags: ["rooms"],
        querystring: readingsQuery.strict(),
        response: answers(readingsResponse),
      },
    },
    (request) => {
      const view = requestView(request, context);
      const { from, to, every, ...rest } = request.query;
      requireRoom(view, source.site(), rest.room);
      const page = source.readings({
        ...rest,
        fromMs: instantMs(from),
        toMs: instantMs(to),
        everyMs: every === undefined ? undefined : parseDuration(every),
      });
      const { next } = page;
      if ("buckets" in page) return { buckets: page.buckets.filter((bucket) => view.sees(bucket.room)), next };
      return { readings: page.readings.filter((reading) => view.sees(reading.room)), next };
    },
  );

  server.get(
    "/api/v1/excursions",
    {
      schema: {
        summary: "Intervals in which a room was outside its limits, whenever their samples arrived",
        tags: ["rooms"],
        querystring: excursionsQuery.strict(),
        response: answers(excursionsResponse),
      },
    },
    async (request) => {
      const { room, from, to } = request.query;
      requireRoom(requestView(request, context), source.site(), room);
      return { excursions: await source.excursions({ room, fromMs: instantMs(from), toMs: instantMs(to) }) };
    },
  );

  server.get(
    "/api/v1/quarantine",
    {
      schema: {
        summary: "Messages and values that were not taken, with the reason, newest first",
        tags: ["devices"],
        querystring: quarantineQuery.strict(),
        response: answers(quarantineResponse),
      },
    },
    (request) => {
      const view = requestView(request, context);
      const roomOf = (device: string | null) => (device === null ? null : source.site().roomOf(device, clock.nowMs()));
      const page = source.quarantine(request.query);
      return { quarantine: page.quarantine.filter((entry) => view.sees(roomOf(entry.device))), next: page.next };
    },
  );
}
