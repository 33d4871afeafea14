import { useState } from "preact/hooks";
import type { SessionView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { Form, TextField } from "../../parts/form.tsx";
import { took } from "../../session.ts";
import { signInWords } from "../../words/sign-in.ts";

/** Asks for a code, and goes on with it. */
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
      <CodeField label={words.code} name="code" value={code} onType={setCode} />
    </Form>
  );
}

/** The six digits that an authenticator app shows now. */
export function CodeField(field: { label: string; name: string; value: string; onType: (value: string) => void }) {
  return (
    <TextField
      {...field}
      required
      inputMode="numeric"
      autocomplete="one-time-code"
      pattern="\d{6}"
      title={signInWords().sixDigits}
      maxLength={6}
    />
  );
}
