import { startRegistration } from "@simplewebauthn/browser";
import { useState } from "preact/hooks";
import type { SessionView } from "../../../contract/index.ts";
import { ask } from "../api.ts";
import { Act, Card, Field, Form, Head } from "../parts/pieces.tsx";
import { nameOf } from "../room-state.ts";
import { session, took } from "../session.ts";
import { systemWords } from "../words/system.ts";
import { Enrol } from "./sign-in/enrol.tsx";

/** One's own password, second factor and rights. */
export function Me() {
  const words = systemWords();
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
      <p>
        {now.account.name} {now.account.id}
      </p>
      {said !== null && (
        <p class="notice" role="status">
          {said}
        </p>
      )}
      <Card title={words.changePassword}>
        <Form submit={words.change} send={change}>
          <Field label={words.current}>
            <input
              type="password"
              required
              autocomplete="current-password"
              value={current}
              onInput={(event) => setCurrent(event.currentTarget.value)}
            />
          </Field>
          <Field label={words.next}>
            <input
              type="password"
              required
              autocomplete="new-password"
              value={next}
              onInput={(event) => setNext(event.currentTarget.value)}
            />
          </Field>
        </Form>
      </Card>
      <Card title={words.factors}>
        <p>{now.factors.join(", ") || words.noFactor}</p>
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
        <dl>
          {Object.entries(now.rights).map(([right, where]) => (
            <div key={right}>
              <dt>{words.rightNames[right] ?? right}</dt>
              <dd>{where === "all" ? words.everywhere : where.map(nameOf).join(", ")}</dd>
            </div>
          ))}
        </dl>
      </Card>
    </div>
  );
}
