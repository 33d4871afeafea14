import fastifyCookie from "@fastify/cookie";
import fastifyHelmet from "@fastify/helmet";
import fastifyRateLimit from "@fastify/rate-limit";
import { type FastifyRequest, fastify } from "fastify";
import { serializerCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { type Clock, type Logger, messageOf, SentryError, systemCodeOf } from "../core/index.ts";
import { accessRoutes } from "./api/access.ts";
import { accountRoutes } from "./api/accounts.ts";
import { alarmRoutes } from "./api/alarms.ts";
import { answerRoutes } from "./api/answers.ts";
import { drillRoutes } from "./api/drills.ts";
import { factorRoutes } from "./api/factors.ts";
import { handoverRoutes } from "./api/handovers.ts";
import { historyRoutes } from "./api/history.ts";
import { ledgerRoutes } from "./api/ledger.ts";
import { planRoutes } from "./api/plans.ts";
import { recordRoutes } from "./api/records.ts";
import { registerRoutes } from "./api/registers.ts";
import { reportRoutes } from "./api/reports.ts";
import { sessionRoutes } from "./api/session.ts";
import { settingsRoutes } from "./api/settings.ts";
import { streamRoutes } from "./api/stream.ts";
import { systemRoutes } from "./api/system.ts";
import { tellingRoutes } from "./api/telling.ts";
import { trailRoutes } from "./api/trail.ts";
import { createCallers } from "./callers.ts";
import { guardEntrance } from "./entrance.ts";
import { openHandovers } from "./handovers.ts";
import { describeInterface } from "./openapi.ts";
import { helmetOptions, isForPage, servePage } from "./page.ts";
import type { ConsoleSource } from "./ports.ts";
import { createErrorHandler, problemOf, problemType, sendProblem, validatorCompiler } from "./problems.ts";
import { openProposals } from "./proposals.ts";
import { rightsOfRoute } from "./route-rights.ts";
import type { Server } from "./server.ts";
import { addressOf } from "./sign-in/networks.ts";
import { createSignIn, type SignIn, type SignInOptions } from "./sign-in/sign-in.ts";
import { createStreamHub, type StreamHub } from "./stream.ts";

/** Time in which requests under way may end before their connections are cut. */
const stopWithinMs = 1_500;

export interface ConsoleOptions {
  source: ConsoleSource;
  clock: Clock;
  log: Logger;
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Clear text; belongs to no person. */
  operatorToken: string;
  /** `tokenHash` of each person's token → staff number; asked at every request. */
  tokens: () => ReadonlyMap<string, string>;
  /** Of the file with handovers. */
  handoversPath: string;
  /** Of the file with changes that wait for consent. */
  proposalsPath: string;
  signIn: Pick<SignInOptions, "path" | "secretsKey" | "record" | "deliverLink" | "forgetLink" | "openIdSecret">;
}

export interface Console {
  /** @throws SentryError `port-taken`, `listener-failed` */
  start(): Promise<void>;
  /** Ends live streams, lets requests under way finish, and is done within two seconds. */
  stop(): Promise<void>;
  /** Where it listens; null before `start` and after `stop`. */
  address(): { host: string; port: number; url: string } | null;
  /** A one-time link for a person of the site file who has not set an account up yet; null for anybody else. */
  invite(person: string): string | null;
}

export function createConsole(options: ConsoleOptions): Console {
  const { clock, log, host } = options;
  let running: Built | null = null;

  return {
    async start() {
      const built = await build(options);
      const { server } = built;
      try {
        await server.listen({ host, port: options.port });
      } catch (error) {
        await server.close();
        built.close();
        throw listenFault(error, `${host}:${options.port}`);
      }
      running = built;
      built.signIn.start();
      log.info("console.listener.opened", { url: urlOf(server) });
    },
    async stop() {
      const stopping = running;
      if (stopping === null) return;
      running = null;
      stopping.hub.stop();
      const patience = new AbortController();
      const cut = clock.sleep(stopWithinMs, patience.signal).then(() => stopping.server.server.closeAllConnections());
      await Promise.race([stopping.server.close(), cut]);
      patience.abort();
      stopping.close();
    },
    invite: (person) => running?.signIn.invite(person) ?? null,
    address() {
      const bound = running?.server.server.address();
      if (!running || !bound || typeof bound === "string") return null;
      return { host: bound.address, port: bound.port, url: urlOf(running.server) };
    },
  };
}

interface Built {
  server: Server;
  hub: StreamHub;
  signIn: SignIn;
  /** Closes what it keeps on disk. */
  close(): void;
}

async function build(options: ConsoleOptions): Promise<Built> {
  const { source, clock, log } = options;
  const { limits } = source.site().config;
  const server: Server = fastify({
    bodyLimit: limits.request_body,
    // A signed link is longer than most names.
    routerOptions: { maxParamLength: 700 },
    // A request must have come whole within this time; answers, and so live streams, may take as long as they need.
    requestTimeout: 15_000,
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, new SentryError("request-invalid", error.message));
    },
    clientErrorHandler(error, socket) {
      log.debug("console.request.unreadable", { error: error.message });
      if (!socket.writable) return;
      const body = JSON.stringify(problemOf(new SentryError("request-invalid", "the request is not readable HTTP")));
      socket.end(
        `HTTP/1.1 400 Bad Request\r\nContent-Type: ${problemType}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
    },
  }).withTypeProvider<ZodTypeProvider>();
  server.server.maxConnections = limits.http_connections;
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler(createErrorHandler(log));
  server.setNotFoundHandler((request, reply) =>
    // Who typed an address by hand reads a page; a program reads a problem document.
    isForPage(request)
      ? reply.code(404).header("cache-control", "no-cache").sendFile("index.html")
      : sendProblem(reply, new SentryError("not-found", `there is no ${request.method} ${request.url.split("?")[0]}`)),
  );
  const signIn = createSignIn({ ...options.signIn, site: source.site, clock, log });
  const callers = createCallers({
    site: source.site,
    operatorToken: options.operatorToken,
    tokens: options.tokens,
    sessions: signIn.current,
  });
  const fromOf = (request: FastifyRequest) => addressOf(request, source.site().config.console.sign_in.trusted_proxies);
  await server.register(fastifyCookie);
  await server.register(fastifyHelmet, helmetOptions);
  await server.register(fastifyRateLimit, { max: limits.http_requests, timeWindow: 60_000, keyGenerator: fromOf });
  guardEntrance(server, {
    callers,
    publicUrl: () => source.site().config.console.public_url,
    rooms: () => [...source.site().rooms.keys()],
    clock,
    log,
  });
  server.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat()) {
      // A route that nobody entered in the table would be refused to everybody: better said at the start.
      if (one !== "OPTIONS" && rightsOfRoute(one, url) === undefined) throw new Error(`no rights for ${one} ${url}`);
    }
  });
  await describeInterface(server, source.health().version);
  const hub = createStreamHub({ source, clock, log });
  const handovers = openHandovers(options.handoversPath, clock);
  const proposals = openProposals(options.proposalsPath, clock);
  const context = { source, callers, signIn, handovers, proposals, hub, clock, log };
  const all = [
    systemRoutes,
    historyRoutes,
    planRoutes,
    alarmRoutes,
    ledgerRoutes,
    accessRoutes,
    recordRoutes,
    tellingRoutes,
    drillRoutes,
    reportRoutes,
    answerRoutes,
    streamRoutes,
    sessionRoutes,
    factorRoutes,
    accountRoutes,
    handoverRoutes,
    trailRoutes,
    settingsRoutes,
    registerRoutes,
  ];
  for (const routes of all) routes(server, context);
  await servePage(server, { log });
  await server.ready();
  const close = () => {
    signIn.stop();
    handovers.close();
    proposals.close();
  };
  return { server, hub, signIn, close };
}

function urlOf(server: Server): string {
  const bound = server.server.address();
  if (!bound || typeof bound === "string") return "";
  return `http://${bound.family === "IPv6" ? `[${bound.address}]` : bound.address}:${bound.port}`;
}

function listenFault(error: unknown, where: string): SentryError {
  if (systemCodeOf(error) === "EADDRINUSE") {
    return new SentryError("port-taken", `${where} is in use already: stop what uses it, or change console.port`, {
      cause: error,
    });
  }
  return new SentryError("listener-failed", `cannot listen for HTTP on ${where}: ${messageOf(error)}`, {
    cause: error,
  });
}
