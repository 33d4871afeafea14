import { type StatusPayload, statusPayload } from "../contract/index.ts";

/**
 * Which session of each device is the living one. A device that lost its link comes back on a new connection while
 * the old one still waits for its keep-alive: the old one's last will must then not say that the device has gone.
 *
 * Only what was heard on the wire since the start counts: after a restart every will belongs to a newer connection
 * than the presence that was restored.
 */
export interface Presence {
  /** A status message as it was published. */
  published(status: { device: string; payload: Buffer; connection: object }): void;
  /** Is this last will of an older session, or of a connection that another living one has replaced? */
  isStaleWill(will: { device: string; payload: Buffer; connection: object }): boolean;
  /** The connection is closed: it no longer proves that its session lives. */
  closed(connection: object): void;
}

export function createPresence(isKnownDevice: (device: string) => boolean): Presence {
  const current = new Map<string, { session: string; connection: object | null }>();
  const devicesOf = new WeakMap<object, Set<string>>();
  return {
    published({ device, payload, connection }) {
      // Bounded by the site: an anonymous client may name any device, and must not fill the memory with them.
      if (!isKnownDevice(device)) return;
      const status = parseStatus(payload);
      if (status?.state !== "online") return;
      current.set(device, { session: status.session, connection });
      const devices = devicesOf.get(connection);
      if (devices) devices.add(device);
      else devicesOf.set(connection, new Set([device]));
    },
    isStaleWill({ device, payload, connection }) {
      const living = current.get(device);
      const status = parseStatus(payload);
      if (!living || status?.state !== "offline") return false;
      // The session is a boot id: after a mere loss of the link both connections carry the same one.
      return living.session !== status.session || (living.connection !== null && living.connection !== connection);
    },
    closed(connection) {
      for (const device of devicesOf.get(connection) ?? []) {
        const living = current.get(device);
        if (living?.connection === connection) living.connection = null;
      }
    },
  };
}

function parseStatus(payload: Buffer): StatusPayload | null {
  try {
    const parsed = statusPayload.safeParse(JSON.parse(payload.toString("utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
