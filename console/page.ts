import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FastifyHelmetOptions } from "@fastify/helmet";
import fastifyStatic from "@fastify/static";
import type { FastifyRequest } from "fastify";
import type { Logger } from "../core/index.ts";
import { indexPage } from "./index-page.ts";
import { pageAddresses } from "./route-rights.ts";
import type { Server } from "./server.ts";

/** The web page: static files that `npm ci` has built, and one document for all of its addresses. */

const built = fileURLToPath(new URL("web/dist", import.meta.url));

/** Whether `npm run build` has been here. */
export const pageIsBuilt = (): boolean => existsSync(`${built}/index.html`);

const yearS = 31_536_000;

/** A browser that goes to an address of nobody: the page itself says that there is none. */
export const isForPage = ({ method, url, headers }: FastifyRequest): boolean =>
  method === "GET" &&
  pageIsBuilt() &&
  !/^\/(api|answer|assets)\//.test(url) &&
  (headers.accept ?? "").includes("text/html");

export async function servePage(server: Server, { log }: { log: Logger }): Promise<void> {
  const route = { schema: { hide: true } } as const;
  if (!pageIsBuilt()) {
    log.warn("console.page.missing", { to_do: "npm run build" });
    server.get("/", route, (_request, reply) => reply.type("text/html; charset=utf-8").send(indexPage));
    return;
  }
  await server.register(fastifyStatic, { root: built, serve: false, preCompressed: true });
  for (const address of pageAddresses) {
    server.get(address, route, (_request, reply) => reply.header("cache-control", "no-cache").sendFile("index.html"));
  }
  // Names of these hold the hash of what is in them.
  server.get("/assets/*", route, (request, reply) => {
    const file = (request.params as { "*": string })["*"];
    return reply.sendFile(`assets/${file}`, { maxAge: yearS * 1_000, immutable: true });
  });
  for (const icon of ["/icon.svg", "/site.webmanifest"]) {
    server.get(icon, route, (_request, reply) => reply.sendFile(icon.slice(1)));
  }
}

/** Nothing inline, nothing from another origin, in no frame. */
export const helmetOptions: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "data:", "blob:"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  crossOriginResourcePolicy: { policy: "same-origin" },
  referrerPolicy: { policy: "no-referrer" },
  // By https a proxy says so; here it would lock people out of a page that comes by http.
  strictTransportSecurity: false,
};
