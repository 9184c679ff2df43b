import { Button, Checkbox, JsonInput, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { type Field, initialOf, type Values } from "./argument-fields.ts";

interface FormProps {
  readonly fields: readonly Field[];
  readonly values: Values;
  readonly onChange: (values: Values) => void;
}

/** A form made of a procedure's arguments. */
export function ArgumentForm({ fields, values, onChange }: FormProps) {
  return (
    <>
      {fields.map((field) => (
        <OneArgument
          key={field.name}
          field={field}
          value={values[field.name]}
          onChange={(value) => onChange({ ...values, [field.name]: value })}
        />
      ))}
    </>
  );
}

interface OneProps {
  readonly field: Field;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

function OneArgument({ field, value, onChange }: OneProps) {
  const { asking, label, hint, required } = field;
  const common = { label, description: hint, withAsterisk: required };
  switch (asking.kind) {
    case "text":
      return (
        <TextInput
          {...common}
          {...(asking.maxLength === undefined ? {} : { maxLength: asking.maxLength })}
          value={textOf(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "number":
      return (
        <NumberInput
          {...common}
          {...(asking.least === undefined ? {} : { min: asking.least })}
          {...(asking.most === undefined ? {} : { max: asking.most })}
          value={typeof value === "number" ? value : ""}
          onChange={(next) => onChange(typeof next === "number" ? next : undefined)}
        />
      );
    case "choice":
      return (
        <Select
          {...common}
          data={[...asking.choices]}
          value={typeof value === "string" ? value : null}
          onChange={(next) => onChange(next ?? undefined)}
        />
      );
    case "flag":
      return (
        <Checkbox
          label={label}
          description={hint}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "lines":
      return (
        <Textarea
          {...common}
          description={[hint, "One a line"].filter((text) => text !== undefined).join("; ")}
          autosize
          minRows={2}
          value={Array.isArray(value) ? value.join("\n") : ""}
          onChange={(event) =>
            onChange(event.currentTarget.value === "" ? undefined : event.currentTarget.value.split("\n"))
          }
        />
      );
    case "group":
      return <Group field={field} fields={asking.fields} value={value} onChange={onChange} />;
    case "rows":
      return <Rows field={field} fields={asking.fields} value={value} onChange={onChange} />;
    case "json":
      return <Json field={field} value={value} onChange={onChange} />;
  }
}

/** One that may be left out is only asked for when it is wanted. */
function Group({ field, fields, value, onChange }: OneProps & { readonly fields: readonly Field[] }) {
  const wanted = value !== undefined;
  return (
    <fieldset>
      <legend>{field.label}</legend>
      {field.hint === undefined ? undefined : <span className="mw-dim">{field.hint}</span>}
      {field.required ? undefined : (
        <Checkbox
          label={`With ${field.label.toLowerCase()}`}
          checked={wanted}
          onChange={(event) => onChange(event.currentTarget.checked ? initialOf(fields) : undefined)}
        />
      )}
      {wanted ? <ArgumentForm fields={fields} values={value as Values} onChange={onChange} /> : undefined}
    </fieldset>
  );
}

function Rows({ field, fields, value, onChange }: OneProps & { readonly fields: readonly Field[] }) {
  const rows = Array.isArray(value) ? (value as readonly Values[]) : [];
  return (
    <fieldset>
      <legend>
        {field.label} ({rows.length})
      </legend>
      {field.hint === undefined ? undefined : <span className="mw-dim">{field.hint}</span>}
      {rows.map((row, index) => (
        // Rows have no name of their own; they are only added and taken away.
        <div
          key={index}
          style={{ display: "grid", gap: 6, gridTemplateColumns: "minmax(0, 1fr) auto", alignItems: "end" }}
        >
          <div style={{ display: "grid", gap: 6 }}>
            <ArgumentForm
              fields={fields}
              values={row}
              onChange={(changed) => onChange(rows.map((one, at) => (at === index ? changed : one)))}
            />
          </div>
          <Button
            variant="default"
            aria-label={`Take out: ${field.label.toLowerCase()} ${index + 1}`}
            onClick={() => onChange(rows.filter((_, at) => at !== index))}
          >
            Take out
          </Button>
        </div>
      ))}
      <Button variant="default" style={{ justifySelf: "start" }} onClick={() => onChange([...rows, initialOf(fields)])}>
        Add one
      </Button>
    </fieldset>
  );
}

function Json({ field, value, onChange }: OneProps) {
  const [text, setText] = useState(value === undefined ? "" : JSON.stringify(value, undefined, 2));
  return (
    <JsonInput
      label={field.label}
      description={field.hint ?? "JSON"}
      withAsterisk={field.required}
      size="xs"
      autosize
      minRows={3}
      validationError="This is not JSON"
      value={text}
      onChange={(typed) => {
        setText(typed);
        onChange(parsed(typed));
      }}
    />
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
