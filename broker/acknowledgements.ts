import type { Session } from "./session.ts";

const puback = 0x40;

/**
 * Sends the PUBACKs of one commit together: a client that sends a hundred messages gets one write, not three hundred.
 * Their order is that of the messages [MQTT-4.6.0-2].
 */
export function createAcknowledgements(options: { backlogBytes(): number; onBacklog(session: Session): void }) {
  let waiting: Session[] = [];
  return {
    acknowledge(session: Session, packetId: number): void {
      if (session.acknowledged.push(packetId) > 1) return;
      if (waiting.push(session) === 1) process.nextTick(flush);
    },
  };

  function flush(): void {
    const sessions = waiting;
    waiting = [];
    for (const session of sessions) {
      const ids = session.acknowledged;
      session.acknowledged = [];
      if (session.conn.destroyed || !session.conn.writable) continue;
      const bytes = Buffer.allocUnsafe(ids.length * 4);
      let at = 0;
      for (const id of ids) {
        bytes[at++] = puback;
        bytes[at++] = 2;
        bytes[at++] = id >> 8;
        bytes[at++] = id & 0xff;
      }
      session.conn.write(bytes);
      // A publisher that never reads its acknowledgements.
      if (session.conn.writableLength > options.backlogBytes()) options.onBacklog(session);
    }
  }
}
