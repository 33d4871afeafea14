import mqtt, { type MqttClient } from "mqtt";
import { onTestFinished } from "vitest";
import type { House } from "./sentry.ts";

export interface Message {
  topic: string;
  body: string;
  /** Called in the order of the messages [MQTT-4.6.0-2], each once. */
  onAcknowledged: () => void;
}

/** Firmware with a memory: what is not acknowledged is sent again over the next connection, in order. */
export interface SenderWithMemory {
  send(message: Message): void;
  /** Messages that nobody acknowledged yet. */
  waiting(): number;
}

/**
 * @param onTheWay messages that wait for their acknowledgement at one time
 * @param reconnectMs how long it waits until it connects again
 */
export function aSenderWithMemory(
  house: House,
  port: number,
  id: string,
  options: { onTheWay: number; reconnectMs: () => number },
): SenderWithMemory {
  const memory: Message[] = [];
  const clients = new Set<MqttClient>();
  let client: MqttClient | null = null;
  let onItsWay = 0;
  let isOver = false;
  const send = () => {
    while (client && onItsWay < Math.min(options.onTheWay, memory.length)) {
      const message = memory[onItsWay++]!;
      const through = client;
      through.publish(message.topic, message.body, { qos: 1 }, (error) => {
        if (error || client !== through) return;
        if (memory.shift() !== message) throw new Error(`${id}: acknowledged out of turn`);
        onItsWay--;
        message.onAcknowledged();
        send();
      });
    }
  };
  const connect = () => {
    if (isOver) return;
    const opened = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
      clientId: id,
      ...house.login(id),
      reconnectPeriod: 0,
      connectTimeout: 2_000,
    });
    clients.add(opened);
    opened.on("error", () => {});
    opened.on("connect", () => {
      client = opened;
      onItsWay = 0;
      send();
    });
    opened.once("close", () => {
      client = null;
      clients.delete(opened);
      opened.end(true);
      setTimeout(connect, options.reconnectMs());
    });
  };
  connect();
  onTestFinished(async () => {
    isOver = true;
    await Promise.all([...clients].map((open) => open.endAsync(true)));
  });
  return {
    send(message) {
      memory.push(message);
      send();
    },
    waiting: () => memory.length,
  };
}
