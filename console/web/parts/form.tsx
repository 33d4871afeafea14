import { type ComponentChildren, createContext, h } from "preact";
import { useContext, useRef, useState } from "preact/hooks";
import { type Fault, faultOf } from "../refusals.ts";
import { pieceWords } from "../words/pieces.ts";

/** Forms and their fields. What is wrong with a field is said beside it, in the language of the page. */

const Refused = createContext<Fault | null>(null);

/** A form that is sent as one; a refusal stands beside the field that it is about, or above the button. */
export function Form({
  send,
  submit,
  children,
  danger = false,
}: {
  send: () => Promise<unknown>;
  submit: string;
  children: ComponentChildren;
  danger?: boolean;
}) {
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const onSubmit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    try {
      await send();
    } catch (error) {
      const { field, text } = faultOf(error);
      const at = field === null ? null : (form.current?.elements.namedItem(field) ?? null);
      if (at instanceof HTMLElement) at.focus();
      setFault({ field: at === null ? null : field, text });
    }
    setBusy(false);
  };
  return (
    <form ref={form} class="form" onSubmit={(event) => void onSubmit(event)}>
      <Refused.Provider value={fault}>{children}</Refused.Provider>
      {fault !== null && fault.field === null && (
        <p class="fault" role="alert">
          {fault.text}
        </p>
      )}
      <button type="submit" class={danger ? "button danger" : "button main"} disabled={busy}>
        {submit}
      </button>
    </form>
  );
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const isControl = (target: EventTarget | null): target is Control =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;

/** The browser would say it in its own language, which need not be that of the page, and for some seconds only. */
function sentenceFor({ validity, title }: Control): string {
  const words = pieceWords().invalid;
  if (validity.valueMissing) return words.missing;
  if (validity.badInput) return words.unreadable;
  return title === "" ? words.other : title;
}

/** The server's refusal of a field that is more than one control: a fieldset of that name. */
export function Refusal({ of }: { of: string }) {
  const refused = useContext(Refused);
  if (refused?.field !== of) return null;
  return (
    <small class="fault" role="alert">
      {refused.text}
    </small>
  );
}

/** `name`: of the control in it, as the server calls it. */
export function Field({
  label,
  hint,
  name,
  children,
}: {
  label: string;
  hint?: string | undefined;
  name?: string | undefined;
  children: ComponentChildren;
}) {
  const refused = useContext(Refused);
  const [invalid, setInvalid] = useState<string | null>(null);
  const fault = invalid ?? (name !== undefined && refused?.field === name ? refused.text : null);
  const onInvalid = (event: Event) => {
    const { target } = event;
    if (!isControl(target)) return;
    event.preventDefault();
    target.setAttribute("aria-invalid", "true");
    setInvalid(sentenceFor(target));
    if (target.form?.querySelector("input:invalid, select:invalid, textarea:invalid") === target) target.focus();
  };
  const onInput = ({ target }: Event) => {
    if (isControl(target)) target.removeAttribute("aria-invalid");
    setInvalid(null);
  };
  return (
    <div class="field" onInvalidCapture={onInvalid} onInput={onInput}>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the control is handed in */}
      <label>
        <span class="field-label">{label}</span>
        {children}
        {hint !== undefined && <small>{hint}</small>}
      </label>
      {fault !== null && (
        <small class="fault" role="alert">
          {fault}
        </small>
      )}
    </div>
  );
}

interface Typed {
  label: string;
  hint?: string;
  /** As the server calls it: its refusal of this field stands beside it. */
  name?: string;
  value: string;
  onType: (value: string) => void;
  required?: boolean;
  maxLength?: number;
  /** For codes and keys, not for words. */
  code?: boolean;
}

/** One line. */
export function TextField({
  label,
  hint,
  onType,
  type = "text",
  code = false,
  ...input
}: Typed & {
  type?: "text" | "password" | "search" | "date" | "month" | "datetime-local" | "email" | "tel";
  inputMode?: "numeric" | "tel" | "email";
  autocomplete?: string;
  /** Only together with `title`, which says in words what it asks for. */
  pattern?: string;
  title?: string;
}) {
  return (
    <Field label={label} hint={hint} name={input.name}>
      {h("input", {
        ...input,
        type,
        class: code ? "code" : undefined,
        onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => onType(currentTarget.value),
      })}
    </Field>
  );
}

/** Several lines. */
export function TextArea({ label, hint, onType, code = false, rows = 2, ...area }: Typed & { rows?: number }) {
  return (
    <Field label={label} hint={hint} name={area.name}>
      <textarea
        {...area}
        rows={rows}
        spellcheck={code ? false : undefined}
        class={code ? "code" : undefined}
        onInput={(event) => onType(event.currentTarget.value)}
      />
    </Field>
  );
}
