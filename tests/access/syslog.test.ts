import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer, type TLSSocket } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSyslogSender } from "../../access/index.ts";
import { silentLogger } from "../../core/index.ts";
import { makeAuthority, makeCertificate, opensslMissing } from "../certificates.ts";
import { eventually } from "../sentry.ts";
import { aBadge, aLedger, aLogIn, aSecurityEvent, type TestLedger } from "./builders.ts";

/** A syslog server over TLS that counts octets as RFC 5425 says. */
async function aServer(house: TestLedger) {
  makeAuthority(house.folder);
  const { cert, key } = makeCertificate(house.folder, "syslog", 9);
  const messages: string[] = [];
  const connections = new Set<TLSSocket>();
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (socket) => {
    connections.add(socket);
    let rest: Buffer = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const blank = rest.indexOf(32);
        const length = Number(rest.subarray(0, blank));
        if (blank < 0 || rest.length < blank + 1 + length) return;
        messages.push(rest.subarray(blank + 1, blank + 1 + length).toString());
        rest = rest.subarray(blank + 1 + length);
      }
    });
  });
  const listen = (port: number) => new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const away = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      for (const socket of connections) socket.destroy();
      connections.clear();
    });
  onTestFinished(() => away());
  return { messages, port, away, back: () => listen(port) };
}

function aSender(house: TestLedger, port: number, ca = readFileSync(join(house.folder, "ca.pem"), "utf8")) {
  const { ledger, clock } = house;
  const server = { host: "127.0.0.1", port, ca };
  const sender = createSyslogSender({ ledger, server, hostName: "archive 1", clock, log: silentLogger });
  onTestFinished(() => sender.stop());
  sender.start();
  return sender;
}

const indexesIn = (messages: readonly string[]) => messages.map((text) => Number(/ index="(\d+)"/.exec(text)?.[1]));

describe.skipIf(opensslMissing)("security events by syslog over TLS", () => {
  test("they arrive framed as RFC 5425 says, without persons; doors stay here", async () => {
    const house = aLedger();
    const { messages, port } = await aServer(house);
    house.ledger.append([aBadge("10231"), aSecurityEvent('设备"]\n9'), aLogIn("10231")]);
    aSender(house, port);
    await eventually("both arrive", () => {
      house.clock.advance(1_000);
      return messages.length === 2;
    });
    expect(messages[0]).toMatch(
      /^<84>1 2026-\S+Z archive1 archive-sentry - security-event \[entry@32473 index="1" ledger="\S+" .*subject="设备\\"\\\] 9".*\] \uFEFFtopic-violation 设备"\] 9 publish to bms\/1$/,
    );
    expect(messages.join("")).not.toContain("10231");
  });

  test("nothing is lost while the server is away, and what it may have lost comes again", async () => {
    const house = aLedger();
    const { messages, port, away, back } = await aServer(house);
    const sender = aSender(house, port);
    const arrive = (index: number) =>
      eventually(`entry ${index} arrives`, () => {
        house.clock.advance(1_000);
        return indexesIn(messages).includes(index);
      });
    house.ledger.append([aSecurityEvent("a")]);
    await arrive(0);
    await eventually("it is settled", () => {
      house.clock.advance(1_000);
      return house.ledger.cursor("syslog") === 1;
    });
    await away();
    house.ledger.append([aSecurityEvent("b"), aSecurityEvent("c")]);
    await eventually("it is known", () => {
      house.clock.advance(1_000);
      return sender.fault() !== null;
    });
    expect(house.ledger.cursor("syslog")).toBe(1);
    expect(sender.lag()).toBe(2);
    await back();
    await arrive(2);
    sender.stop();
    aSender(house, port);
    house.ledger.append([aSecurityEvent("d")]);
    await arrive(3);
    expect(new Set(indexesIn(messages))).toEqual(new Set([0, 1, 2, 3]));
    expect(indexesIn(messages).filter((index) => index === 0)).toHaveLength(1);
  });

  test("a server whose certificate is of nobody we trust is told nothing", async () => {
    const house = aLedger();
    const { messages, port } = await aServer(house);
    const other = aLedger();
    makeAuthority(other.folder);
    const sender = aSender(house, port, readFileSync(join(other.folder, "ca.pem"), "utf8"));
    house.ledger.append([aSecurityEvent("a")]);
    await eventually("it is refused", () => /certificate|verify|signature/i.test(sender.fault() ?? ""));
    expect(messages).toEqual([]);
  });
});
