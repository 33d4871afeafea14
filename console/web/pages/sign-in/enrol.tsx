import { ask } from "../../api.ts";
import { useAsked } from "../../parts/asked.ts";
import { Act, Card, Shown } from "../../parts/pieces.tsx";
import { QrCode } from "../../parts/qr-code.tsx";
import { addPasskey, deviceName, hasPasskeys } from "../../passkeys.ts";
import { signInWords } from "../../words/sign-in.ts";
import { CodeForm } from "./code-form.tsx";

/** A second factor: an authenticator app, or a passkey of this device. */
export function Enrol({ onDone }: { onDone: () => void }) {
  const words = signInWords();
  const asked = useAsked(() => ask<{ secret: string; uri: string }>("/session/totp/new", { method: "POST" }), []);
  const passkey = async () => {
    await addPasskey(deviceName());
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
      {hasPasskeys() && (
        <Card title={words.enrolPasskey}>
          <Act work={passkey}>{words.setUpPasskey}</Act>
        </Card>
      )}
    </>
  );
}
