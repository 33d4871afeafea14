import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { z } from "zod";

/**
 * A stand-in for the part of Grafana's HTTP API that is used here. It answers as the documentation does, status by
 * status and shape by shape: "Folder HTTP API" and "Dashboard HTTP API" of Grafana 11, 12 and 13.
 */

const folderBody = z.object({ uid: z.string().max(40), title: z.string().min(1) });
const dashboardBody = z.object({
  dashboard: z.looseObject({ id: z.null(), uid: z.string().max(40), title: z.string().min(1) }),
  folderUid: z.string(),
  overwrite: z.boolean(),
  message: z.string(),
});

export interface FakeGrafana {
  url: string;
  token: string;
  folders: Map<string, string>;
  dashboards: Map<string, { dashboard: Record<string, unknown>; folderUid: string; version: number }>;
  /** What was written, in order. */
  writes: string[];
  /** Somebody else's hand: the next write of a dashboard is refused with this. */
  refuse: { status: number; message: string } | null;
}

export async function fakeGrafana(): Promise<FakeGrafana> {
  const grafana: FakeGrafana = {
    url: "",
    token: "glsa_0123456789",
    folders: new Map(),
    dashboards: new Map(),
    writes: [],
    refuse: null,
  };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      const { status, answer } = answerTo(grafana, {
        method: request.method ?? "",
        path: request.url ?? "",
        authorization: request.headers.authorization ?? "",
        body,
      });
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  grafana.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return grafana;
}

interface Asked {
  method: string;
  path: string;
  authorization: string;
  body: string;
}

function answerTo(
  grafana: FakeGrafana,
  { method, path, authorization, body }: Asked,
): { status: number; answer: object } {
  const { folders, dashboards, writes, token } = grafana;
  if (authorization !== `Bearer ${token}`) return { status: 401, answer: { message: "Invalid API key" } };
  const folder = /^\/api\/folders\/([\w-]+)$/.exec(path)?.[1];
  if (method === "GET" && folder !== undefined) {
    const title = folders.get(folder);
    return title === undefined
      ? { status: 404, answer: { message: "folder not found", status: "not-found" } }
      : { status: 200, answer: { id: 1, uid: folder, title, url: `/dashboards/f/${folder}/x`, version: 1 } };
  }
  if (method === "POST" && path === "/api/folders") {
    const { uid, title } = folderBody.parse(JSON.parse(body));
    if (folders.has(uid)) return { status: 409, answer: { message: "a folder with that uid already exists" } };
    folders.set(uid, title);
    writes.push(`folder ${uid}`);
    return { status: 200, answer: { id: folders.size, uid, title, url: `/dashboards/f/${uid}/x`, version: 1 } };
  }
  const uid = /^\/api\/dashboards\/uid\/([\w-]+)$/.exec(path)?.[1];
  if (method === "GET" && uid !== undefined) {
    const found = dashboards.get(uid);
    if (!found) return { status: 404, answer: { message: "Dashboard not found" } };
    const { dashboard, folderUid, version } = found;
    return {
      status: 200,
      answer: {
        dashboard: { ...dashboard, id: 17, version, preload: false, weekStart: "" },
        meta: { folderUid, provisioned: false, version },
      },
    };
  }
  if (method === "POST" && path === "/api/dashboards/db") {
    if (grafana.refuse) return { status: grafana.refuse.status, answer: { message: grafana.refuse.message } };
    const { dashboard, folderUid, overwrite } = dashboardBody.parse(JSON.parse(body));
    if (!folders.has(folderUid)) return { status: 400, answer: { message: "folder not found" } };
    const known = dashboards.get(dashboard.uid);
    if (known && !overwrite) {
      const message = "The dashboard has been changed by someone else";
      return { status: 412, answer: { message, status: "version-mismatch" } };
    }
    const version = (known?.version ?? 0) + 1;
    dashboards.set(dashboard.uid, { dashboard, folderUid, version });
    writes.push(`dashboard ${dashboard.uid}`);
    const url = `/d/${dashboard.uid}/x`;
    return { status: 200, answer: { id: 17, uid: dashboard.uid, url, status: "success", version, slug: "x" } };
  }
  return { status: 404, answer: { message: "Not found" } };
}
