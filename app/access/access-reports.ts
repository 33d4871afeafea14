import { createHash } from "node:crypto";
import type { Report } from "../../access/index.ts";
import { type Entry, parsePayload } from "../../collector/index.ts";
import { badgePayload } from "../../contract/index.ts";
import type { DoorConfig, Site } from "../../site/index.ts";

/** What an entry of the intake log says about doors; nothing, for nearly all. */
export function accessReportsOf(entry: Entry, site: Site): Report[] {
  if (entry.kind !== "message") return [];
  const device = entry.topic.split("/")[2] ?? "";
  const doors = doorsOf(site);
  const isBadge = entry.topic.endsWith("/badge");
  const contact = doors.contacts.get(device);
  const button = doors.buttons.get(device);
  if (!isBadge && !contact && !button) return [];
  entry.parsed ??= parsePayload(entry.topic, entry.payload);
  const { parsed, receivedAtMs, position } = entry;
  if (parsed.kind === "fault" || parsed.site !== site.id || !site.devices.has(device)) return [];
  const whereabouts = (door: DoorConfig | undefined, atMs: number) => ({
    device,
    door: door?.id ?? null,
    room: door?.room ?? site.roomOf(device, atMs),
  });
  const named = (parts: (string | number | null)[]) =>
    createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);

  if (parsed.kind === "badge") {
    const badge = badgePayload.safeParse(JSON.parse(entry.payload.toString("utf8")));
    if (!badge.success) return [];
    const { credential, direction, decision, seq = null, session = null } = badge.data;
    const atMs = timeOf(parsed.atMs, receivedAtMs, site);
    const { room, ...where } = whereabouts(doors.readers.get(device), atMs);
    if (room === null) return [];
    const mark =
      seq !== null && session !== null
        ? [session, seq]
        : parsed.atMs === null
          ? [position]
          : [parsed.atMs, credential, direction, decision];
    const id = named([device, "badge", ...mark]);
    return [{ kind: "badge", id, atMs, receivedAtMs, position, ...where, room, seq, credential, direction, decision }];
  }
  if (parsed.kind !== "telemetry") return [];
  return parsed.samples.flatMap(({ seq, session, time, values }, at): Report[] => {
    const statedMs = time.kind === "at" ? time.atMs : time.kind === "age" ? receivedAtMs - time.ageMs : null;
    const atMs = timeOf(statedMs, receivedAtMs, site);
    const mark = seq !== null && session !== null ? [session, seq] : time.kind === "at" ? [time.atMs] : [position, at];
    const reports: Report[] = [];
    const seen = { atMs, receivedAtMs, position, seq };
    if (contact && values.door !== undefined) {
      const id = named([device, "door", ...mark]);
      reports.push({
        kind: "door",
        id,
        ...seen,
        device,
        door: contact.id,
        room: contact.room,
        open: values.door === 1,
      });
    }
    if (button && values.exit_request === 1) {
      const { room, ...where } = whereabouts(button === "any" ? undefined : button, atMs);
      const id = named([device, "exit-request", ...mark]);
      if (room !== null) reports.push({ kind: "exit-request", id, ...seen, ...where, room });
    }
    return reports;
  });
}

/** A time that cannot be is the time of receipt. */
function timeOf(statedMs: number | null, receivedAtMs: number, site: Site): number {
  if (statedMs === null) return receivedAtMs;
  const { trusted_past, trusted_future } = site.config.limits;
  return statedMs >= receivedAtMs - trusted_past && statedMs <= receivedAtMs + trusted_future ? statedMs : receivedAtMs;
}

interface Doors {
  contacts: Map<string, DoorConfig>;
  readers: Map<string, DoorConfig>;
  /** `any`: of whichever door of its room. */
  buttons: Map<string, DoorConfig | "any">;
}
const known = new WeakMap<Site, Doors>();

function doorsOf(site: Site): Doors {
  let doors = known.get(site);
  if (!doors) {
    doors = { contacts: new Map(), readers: new Map(), buttons: new Map() };
    for (const [id, { quantities }] of site.devices)
      if (quantities.includes("exit_request")) doors.buttons.set(id, "any");
    for (const door of site.config.doors) {
      if (door.contact) doors.contacts.set(door.contact, door);
      if (door.reader) doors.readers.set(door.reader, door);
      for (const device of [door.contact, door.reader, door.exit_button]) {
        if (device && site.devices.get(device)?.quantities.includes("exit_request")) doors.buttons.set(device, door);
      }
    }
    known.set(site, doors);
  }
  return doors;
}
