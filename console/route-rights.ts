import type { Action } from "../site/index.ts";

/**
 * Who may come to each route: the one table that the guard enforces and the manual prints. What is allowed of a single
 * room, alarm or person, the route itself looks at on top of it.
 *
 * `everybody`: also without signing in. `open-reading`: on loopback without signing in, where the site file opens it;
 * else whoever may read. `signed-in`: everybody who has signed in or holds a token. A list: whoever has one of these rights
 * somewhere. The operator token comes to all of them, naming a person.
 */
export type RouteRights = "everybody" | "open-reading" | "signed-in" | readonly Action[];

const read = ["read"] as const;
const configure = ["configure"] as const;

export const routeRights: Readonly<Record<string, RouteRights>> = {
  "GET /health": "open-reading",
  "GET /metrics": "open-reading",
  "GET /api/openapi.json": "open-reading",
  "GET /api/v1/stream": "open-reading",

  "GET /api/v1/rooms": "open-reading",
  "GET /api/v1/plans/:building/:floor": "open-reading",
  "GET /api/v1/readings": "open-reading",
  "GET /api/v1/excursions": read,

  "GET /api/v1/alarms": "open-reading",
  "GET /api/v1/conditions": "open-reading",
  "GET /api/v1/alarms/journal": read,
  "GET /api/v1/alarms/performance": read,
  "POST /api/v1/alarms/:id/ack": ["acknowledge"],
  "POST /api/v1/alarms/:id/comment": ["comment"],
  "POST /api/v1/alarms/:id/shelve": ["shelve"],
  "POST /api/v1/alarms/:id/unshelve": ["shelve"],
  "POST /api/v1/alarms/:id/remedy": ["shelve"],
  "POST /api/v1/alarms/:id/reset": ["reset"],

  "GET /answer/:token": "everybody",
  "POST /answer/:token": "everybody",
  "POST /api/v1/answers/sms": "everybody",
  "POST /api/v1/answers/voice": "everybody",

  "GET /api/v1/access/events": ["read-access"],
  "GET /api/v1/access/inside": ["read", "read-access"],
  "GET /api/v1/access/records": ["keep-records", "read-access"],
  "POST /api/v1/access/records": ["keep-records"],
  "GET /api/v1/access/checkpoint": "signed-in",
  "GET /api/v1/access/proof": "signed-in",
  // Whoever needs to go somewhere asks; who decides is said by the room.
  "GET /api/v1/access/grants": "signed-in",
  "POST /api/v1/access/grants": "signed-in",
  "POST /api/v1/access/grants/:id/decide": "signed-in",
  "POST /api/v1/access/grants/:id/revoke": "signed-in",
  "POST /api/v1/access/grants/:id/explain": "signed-in",
  "POST /api/v1/access/break-glass": "signed-in",
  "POST /api/v1/access/badges": configure,
  "POST /api/v1/access/maintenance": configure,

  "GET /api/v1/devices": read,
  "POST /api/v1/devices": configure,
  "POST /api/v1/devices/:id/password": configure,
  "GET /api/v1/quarantine": read,

  "GET /api/v1/telling/on-duty": read,
  "GET /api/v1/telling/log": read,
  "POST /api/v1/telling/test": configure,
  "GET /api/v1/telling/drills": read,
  "POST /api/v1/telling/drills": configure,
  "POST /api/v1/telling/drills/:id/end": configure,

  "GET /api/v1/handovers": ["acknowledge"],
  "POST /api/v1/handovers": ["acknowledge"],
  "POST /api/v1/handovers/:id/take": ["acknowledge"],

  "GET /api/v1/registers/:room/:month": read,
  "GET /api/v1/reports": read,
  "GET /api/v1/reports/:name": read,
  "POST /api/v1/reports/:name/mail": configure,

  "GET /api/v1/settings": ["configure", "consent", "manage-rights"],
  "POST /api/v1/settings": ["configure", "consent"],
  "POST /api/v1/settings/changes/:id/consent": ["consent", "manage-rights"],
  "POST /api/v1/settings/changes/:id/refuse": ["configure", "consent", "manage-rights"],
  "POST /api/v1/config/reload": configure,
  "GET /api/v1/config": ["configure", "manage-rights", "read-trail"],
  "GET /api/v1/trail": ["read-trail"],

  "GET /api/v1/accounts": ["manage-accounts", "manage-rights", "read-trail"],
  "POST /api/v1/accounts": ["manage-accounts"],
  // Of an administrator's account: the security administrator alone.
  "POST /api/v1/accounts/:id/link": ["manage-accounts", "manage-rights"],
  "POST /api/v1/accounts/:id/unlock": ["manage-rights"],
  "POST /api/v1/accounts/:id/end-sessions": ["manage-rights"],
  "POST /api/v1/accounts/:id/reset-second-factor": ["manage-rights"],
  "POST /api/v1/accounts/:id/disable": ["manage-rights"],
  "POST /api/v1/accounts/:id/enable": ["manage-rights"],

  "GET /api/v1/session": "everybody",
  "GET /api/v1/session/factors": "signed-in",
  "POST /api/v1/session": "everybody",
  "DELETE /api/v1/session": "everybody",
  "POST /api/v1/session/totp": "everybody",
  "POST /api/v1/session/totp/new": "everybody",
  "POST /api/v1/session/totp/confirm": "everybody",
  "POST /api/v1/session/totp/remove": "signed-in",
  "POST /api/v1/session/passkey": "everybody",
  "POST /api/v1/session/passkey/new": "everybody",
  "POST /api/v1/session/passkey/confirm": "everybody",
  "POST /api/v1/session/passkey/:id/remove": "signed-in",
  "POST /api/v1/session/passkey/options": "everybody",
  "POST /api/v1/session/set-up": "everybody",
  "POST /api/v1/session/password": "everybody",
  "GET /api/v1/session/openid": "everybody",
  "GET /api/v1/session/openid/callback": "everybody",
};

/** Addresses of the page, which holds nothing that anybody might not see: what it shows, it asks for. */
export const pageAddresses = [
  "/",
  "/rooms",
  "/rooms/*",
  "/alarms",
  "/alarms/*",
  "/access",
  "/access/*",
  "/devices",
  "/devices/*",
  "/people",
  "/people/*",
  "/handover",
  "/reports",
  "/reports/*",
  "/system",
  "/system/*",
  "/sign-in",
  "/set-up",
  "/wall",
] as const;
const pageFiles = ["/assets/*", "/icon.svg", "/site.webmanifest"] as const;
const ofPage = new Set<string>([...pageAddresses, ...pageFiles]);

/** @returns undefined for a route that nobody has entered here: it is refused. */
export function rightsOfRoute(method: string, url: string): RouteRights | undefined {
  const asked = method === "HEAD" ? "GET" : method;
  return routeRights[`${asked} ${url}`] ?? (asked === "GET" && ofPage.has(url) ? "everybody" : undefined);
}
