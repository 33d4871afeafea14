import { useState } from "preact/hooks";
import type { SessionView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { Form, TextField } from "../../parts/form.tsx";
import { took } from "../../session.ts";
import { signInWords } from "../../words/sign-in.ts";

/** The six digits that an authenticator app shows now. */
export function CodeForm({
  path,
  secret,
  onDone,
}: {
  path: string;
  /** Of an app that is being set up. */
  secret?: string;
  onDone: () => void;
}) {
  const words = signInWords();
  const [code, setCode] = useState("");
  const send = async () => {
    took(await ask<SessionView>(path, { body: { code, ...(secret === undefined ? {} : { secret }) } }));
    onDone();
  };
  return (
    <Form submit={words.codeGo} send={send}>
      <TextField
        label={words.code}
        required
        inputMode="numeric"
        autocomplete="one-time-code"
        pattern="\d{6}"
        title={words.sixDigits}
        maxLength={6}
        name="code"
        value={code}
        onType={setCode}
      />
    </Form>
  );
}
