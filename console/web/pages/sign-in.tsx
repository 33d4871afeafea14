import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { SessionView } from "../../../contract/index.ts";
import { ask } from "../api.ts";
import { Form, TextField } from "../parts/form.tsx";
import { Act, Card, Head } from "../parts/pieces.tsx";
import { hasPasskeys, passkeySignIn } from "../passkeys.ts";
import { session, signOut, took } from "../session.ts";
import { signInWords } from "../words/sign-in.ts";
import { CodeForm } from "./sign-in/code-form.tsx";
import { Enrol } from "./sign-in/enrol.tsx";

/** Password or passkey, then what else is asked for. */
export function SignIn() {
  const words = signInWords();
  const { query, route, path } = useLocation();
  const now = session.value;
  const stage = now?.stage ?? "none";
  const arrive = () => {
    if (session.value?.stage === "full" && (path === "/sign-in" || path === "/set-up")) route("/rooms");
  };
  return (
    <div class="narrow">
      <Head
        title={stage === "second-factor" ? words.secondTitle : stage === "enrol" ? words.enrolTitle : words.title}
      />
      {stage === "none" && <First refused={query.refused !== undefined} onDone={arrive} />}
      {stage === "second-factor" && <Second onDone={arrive} />}
      {stage === "enrol" && <Enrol onDone={arrive} />}
      {stage === "full" && (
        <Card>
          <p>{words.signedInAs(now?.account?.name ?? "")}</p>
          <div class="acts">
            <a class="button main" href="/rooms">
              {words.toRooms}
            </a>
            <Act work={signOut}>{words.signOut}</Act>
          </div>
        </Card>
      )}
    </div>
  );
}

function First({ refused, onDone }: { refused: boolean; onDone: () => void }) {
  const words = signInWords();
  const [account, setAccount] = useState("");
  const [password, setPassword] = useState("");
  const openId = session.value?.openId ?? null;
  return (
    <Card>
      {refused && (
        <p class="fault" role="alert">
          {words.refused}
        </p>
      )}
      <Form
        submit={words.go}
        send={async () => {
          took(await ask<SessionView>("/session", { body: { account, password } }));
          onDone();
        }}
      >
        <TextField
          label={words.account}
          required
          autocomplete="username"
          name="account"
          value={account}
          onType={setAccount}
        />
        <TextField
          label={words.password}
          required
          type="password"
          autocomplete="current-password"
          name="password"
          value={password}
          onType={setPassword}
        />
      </Form>
      <div class="acts">
        {hasPasskeys() && (
          <Act
            work={async () => {
              await passkeySignIn();
              onDone();
            }}
          >
            {words.passkey}
          </Act>
        )}
        {openId !== null && (
          <a class="button quiet" href="/api/v1/session/openid">
            {words.with(openId)}
          </a>
        )}
      </div>
    </Card>
  );
}

function Second({ onDone }: { onDone: () => void }) {
  const words = signInWords();
  const factors = session.value?.factors ?? [];
  return (
    <Card>
      {factors.includes("totp") && <CodeForm path="/session/totp" onDone={onDone} />}
      <div class="acts">
        {factors.includes("passkey") && (
          <Act
            work={async () => {
              await passkeySignIn();
              onDone();
            }}
          >
            {words.usePasskey}
          </Act>
        )}
        <Act work={signOut}>{words.signOut}</Act>
      </div>
    </Card>
  );
}
