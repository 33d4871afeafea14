import type { ComponentChildren } from "preact";
import { Field, Refusal } from "./form.tsx";

/** One of a few: what is sent, and what people read. */
export function Choice({
  label,
  value,
  options,
  onPick,
  required = false,
}: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  onPick: (value: string) => void;
  /** The empty value is none. */
  required?: boolean;
}) {
  return (
    <Field label={label}>
      <select required={required} value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** Any of a few. */
export function Choices({
  label,
  name,
  picked,
  options,
  onPick,
}: {
  label: string;
  /** As the server calls it when it refuses. */
  name: string;
  picked: readonly string[];
  options: readonly (readonly [value: string, text: ComponentChildren])[];
  onPick: (values: string[]) => void;
}) {
  return (
    <fieldset class="choices" name={name} tabIndex={-1}>
      <legend>{label}</legend>
      <Refusal of={name} />
      {options.map(([each, text]) => (
        <label key={each}>
          <input
            type="checkbox"
            checked={picked.includes(each)}
            onChange={(event) =>
              onPick(event.currentTarget.checked ? [...picked, each] : picked.filter((other) => other !== each))
            }
          />{" "}
          {text}
        </label>
      ))}
    </fieldset>
  );
}
