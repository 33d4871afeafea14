import { startRegistration } from "@simplewebauthn/browser";
import { useState } from "preact/hooks";
import type { SessionView } from "../../../contract/index.ts";
import { ask } from "../api.ts";
import { Form, TextField } from "../parts/form.tsx";
import { Act, Card, Head } from "../parts/pieces.tsx";
import { session, took } from "../session.ts";
import { accountWords } from "../words/accounts.ts";
import { whoText } from "../words/shell.ts";
import { systemWords } from "../words/system.ts";
import { Enrol } from "./sign-in/enrol.tsx";
import { Rights } from "./system/account.tsx";

/** One's own password, second factor and rights. */
export function Me() {
  const words = systemWords();
  const accounts = accountWords();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [said, setSaid] = useState<string | null>(null);
  const [enrolling, setEnrolling] = useState(false);
  const now = session.value;
  if (!now?.account) return null;
  const change = async () => {
    took(await ask<SessionView>("/session/password", { body: { current, password: next } }));
    setCurrent("");
    setNext("");
    setSaid(words.changed);
  };
  const addPasskey = async () => {
    const { options } = await ask<{ options: Parameters<typeof startRegistration>[0]["optionsJSON"] }>(
      "/session/passkey/new",
      { method: "POST" },
    );
    const response = await startRegistration({ optionsJSON: options });
    took(await ask<SessionView>("/session/passkey/confirm", { body: { response, name: navigator.platform } }));
    setSaid(words.added);
  };
  return (
    <div class="narrow">
      <Head title={words.me} />
      <p>{whoText(now.account)}</p>
      {said !== null && (
        <p class="notice" role="status">
          {said}
        </p>
      )}
      <Card title={words.changePassword}>
        <Form submit={words.change} send={change}>
          <TextField
            label={words.current}
            type="password"
            required
            autocomplete="current-password"
            name="current"
            value={current}
            onType={setCurrent}
          />
          <TextField
            label={words.next}
            type="password"
            required
            autocomplete="new-password"
            name="password"
            value={next}
            onType={setNext}
          />
        </Form>
      </Card>
      <Card title={accounts.factors}>
        <p>{now.factors.map((one) => accounts.factorNames[one]).join(", ") || accounts.noFactor}</p>
        <div class="acts">
          {!now.factors.includes("totp") && !enrolling && (
            <button type="button" class="button quiet" onClick={() => setEnrolling(true)}>
              {words.addApp}
            </button>
          )}
          {"PublicKeyCredential" in window && <Act work={addPasskey}>{words.addPasskey}</Act>}
        </div>
        {enrolling && <Enrol onDone={() => setEnrolling(false)} />}
      </Card>
      <Card title={words.rights}>
        <Rights of={now.rights} />
      </Card>
    </div>
  );
}
