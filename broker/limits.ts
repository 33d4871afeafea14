/** Arithmetic of the limits, without sockets: what of a client's bytes may pass now. */

export interface TokenBucket {
  /** Whole tokens there are now. */
  available(nowMs: number): number;
  take(count: number): void;
  /** Milliseconds until there will be `count` tokens. */
  waitMs(count: number, nowMs: number): number;
}

export function createTokenBucket(rate: { perS: number; burst: number }, startMs: number): TokenBucket {
  let tokens = rate.burst;
  let filledMs = startMs;
  const fill = (nowMs: number) => {
    tokens = Math.min(rate.burst, tokens + ((nowMs - filledMs) * rate.perS) / 1_000);
    filledMs = nowMs;
  };
  return {
    available(nowMs) {
      fill(nowMs);
      return Math.floor(tokens);
    },
    take(count) {
      tokens -= count;
    },
    waitMs(count, nowMs) {
      fill(nowMs);
      return Math.max(0, Math.ceil(((count - tokens) * 1_000) / rate.perS));
    },
  };
}

export type PacketViolation = "packet-over-limit" | "not-connect" | "malformed-length";

const connectType = 1;
const publishType = 3;

/**
 * Follows the packet boundaries in a client's bytes, so that a packet is refused by its announced length, before any
 * of its body is kept, and so that reading can stop exactly before the PUBLISH that is one too many.
 */
export class PacketScanner {
  /** PUBLISH packets begun in the last scan. */
  publishes = 0;
  /** Packets ended in the last scan. */
  packets = 0;
  violation: PacketViolation | null = null;
  #bodyLeft = 0;
  #inLength = false;
  #lengthBytes = 0;
  #length = 0;
  #connectSeen = false;

  /** CONNECT has begun; nothing after it passes until the client has logged in. */
  get connectSeen(): boolean {
    return this.#connectSeen;
  }

  /**
   * @param allowed.packetBytes longest packet, header included
   * @param allowed.publishes how many PUBLISH packets may begin
   * @returns how many bytes of `chunk` may pass; the rest begins with a packet that may not pass yet.
   */
  scan(chunk: Buffer, allowed: { packetBytes: number; publishes: number; loggedIn: boolean }): number {
    this.publishes = 0;
    this.packets = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#bodyLeft > 0) {
        const taken = Math.min(this.#bodyLeft, chunk.length - at);
        this.#bodyLeft -= taken;
        at += taken;
        if (this.#bodyLeft === 0) this.packets++;
      } else if (this.#inLength) {
        this.#takeLength(chunk[at++]!, allowed.packetBytes);
        if (this.violation) return 0;
      } else {
        const type = chunk[at]! >> 4;
        if (!allowed.loggedIn) {
          if (this.#connectSeen) return at;
          // [MQTT-3.1.0-1] The first packet must be CONNECT.
          if (type !== connectType) {
            this.violation = "not-connect";
            return 0;
          }
          this.#connectSeen = true;
        } else if (type === publishType) {
          if (this.publishes >= allowed.publishes) return at;
          this.publishes++;
        }
        at++;
        this.#inLength = true;
        this.#lengthBytes = 0;
        this.#length = 0;
      }
    }
    return at;
  }

  /** [MQTT-2.2.3] Remaining length: at most four bytes of seven bits, the lowest first. */
  #takeLength(byte: number, packetBytes: number): void {
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes++;
    if (byte & 0x80) {
      if (this.#lengthBytes === 4) this.violation = "malformed-length";
      return;
    }
    this.#inLength = false;
    if (1 + this.#lengthBytes + this.#length > packetBytes) this.violation = "packet-over-limit";
    this.#bodyLeft = this.#length;
    if (this.#length === 0) this.packets++;
  }
}
