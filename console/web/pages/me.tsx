import { useState } from "preact/hooks";
import type { SessionView } from "../../../contract/index.ts";
import { ask } from "../api.ts";
import { Form, TextField } from "../parts/form.tsx";
import { Card, Head } from "../parts/pieces.tsx";
import { session, took } from "../session.ts";
import { whoText } from "../words/shell.ts";
import { systemWords } from "../words/system.ts";
import { Factors } from "./me/factors.tsx";
import { Rights } from "./system/account.tsx";

/** One's own password, second factors and rights. */
export function Me() {
  const words = systemWords();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [said, setSaid] = useState<string | null>(null);
  const now = session.value;
  if (!now?.account) return null;
  const change = async () => {
    took(await ask<SessionView>("/session/password", { body: { current, password: next } }));
    setCurrent("");
    setNext("");
    setSaid(words.changed);
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
      <Factors onSaid={setSaid} />
      <Card title={words.rights}>
        <Rights of={now.rights} />
      </Card>
    </div>
  );
}
