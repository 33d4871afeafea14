import { type Clock, type Logger, messageOf } from "../core/index.ts";
import type { Session } from "./session.ts";

/**
 * While the intake cannot commit, nothing is acknowledged and everybody stays connected. MQTT 3.1.1 has no way of asking
 * for a message again but to end the connection, so that is done to the senders once the intake takes messages again.
 */
export function createIntakeOutage(options: { clock: Clock; log: Logger; askAgain(session: Session): void }) {
  const { clock, log } = options;
  const owed = new Set<Session>();
  let failing = false;
  return {
    /** @param fault.owed the client waits for an acknowledgement that does not come */
    failed(session: Session, fault: { error: Error; owed: boolean }): void {
      if (fault.owed) owed.add(session);
      if (failing) return;
      failing = true;
      log.error("broker.intake.failed", { reason: messageOf(fault.error) });
    },
    /** On every message's way: nothing but a look at a flag. */
    committed(): void {
      if (!failing) return;
      failing = false;
      log.info("broker.intake.recovered", { askedAgain: owed.size });
      // Later, so that the acknowledgements of this very commit leave first.
      clock.after(0, () => {
        for (const session of owed) options.askAgain(session);
        owed.clear();
      });
    },
    forget(session: Session): void {
      owed.delete(session);
    },
  };
}
