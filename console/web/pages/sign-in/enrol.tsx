import { startRegistration } from "@simplewebauthn/browser";
import type { SessionView } from "../../../../contract/index.ts";
import { ask } from "../../api.ts";
import { useAsked } from "../../parts/asked.ts";
import { Act, Card, Shown } from "../../parts/pieces.tsx";
import { QrCode } from "../../parts/qr-code.tsx";
import { took } from "../../session.ts";
import { signInWords } from "../../words/sign-in.ts";
import { CodeForm } from "./code-form.tsx";

/** A second factor: an authenticator app, or a passkey of this device. */
export function Enrol({ onDone }: { onDone: () => void }) {
  const words = signInWords();
  const asked = useAsked(() => ask<{ secret: string; uri: string }>("/session/totp/new", { method: "POST" }), []);
  const passkey = async () => {
    const { options } = await ask<{ options: Parameters<typeof startRegistration>[0]["optionsJSON"] }>(
      "/session/passkey/new",
      { method: "POST" },
    );
    const response = await startRegistration({ optionsJSON: options });
    took(await ask<SessionView>("/session/passkey/confirm", { body: { response, name: navigator.platform } }));
    onDone();
  };
  return (
    <>
      <p>{words.enrolWhy}</p>
      <Card title={words.enrolApp}>
        <p class="soft">{words.enrolAppHow}</p>
        <Shown asked={asked}>
          {({ secret, uri }) => (
            <>
              <QrCode text={uri} label={words.enrolApp} />
              <code class="secret">{secret.match(/.{1,4}/g)?.join(" ")}</code>
              <CodeForm path="/session/totp/confirm" secret={secret} onDone={onDone} />
            </>
          )}
        </Shown>
      </Card>
      {"PublicKeyCredential" in window && (
        <Card title={words.enrolPasskey}>
          <Act work={passkey}>{words.setUpPasskey}</Act>
        </Card>
      )}
    </>
  );
}
