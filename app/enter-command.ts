import type { CommandOutcome } from "../alerts/index.ts";
import type { Clock } from "../core/index.ts";
import type { EngineConsumer } from "./engine/engine-consumer.ts";
import type { LoggedCommand } from "./engine/log-events.ts";
import type { IntakeGate } from "./intake-gate.ts";

/** What a person does enters the log like everything else; resolves once its outcome is on disk too. */
export function enterCommand(
  { gate, engineConsumer, clock }: { gate: IntakeGate; engineConsumer: EngineConsumer; clock: Clock },
  command: LoggedCommand,
): Promise<CommandOutcome> {
  const entry = {
    kind: "command" as const,
    receivedAtMs: clock.nowMs(),
    origin: command.via,
    topic: command.do,
    payload: Buffer.from(JSON.stringify(command)),
  };
  return new Promise((resolve, reject) => {
    gate.append(entry, (error, position) => {
      if (error) reject(error);
      else engineConsumer.outcomeAt(position).then(resolve, reject);
    });
  });
}
