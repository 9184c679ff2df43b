import { Select } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useRead } from "../../api/use-read.ts";
import { argumentsOf, fieldsOf, initialOf, missingIn, type Schema, type Values } from "../../parts/argument-fields.ts";
import { ArgumentForm } from "../../parts/argument-form.tsx";
import type { WholeOrder } from "./order-page.tsx";

/** Who is to do a work order: a person, by hand, or a procedure with its arguments. */
export function useDoer({ procedure: planned, environment, offer }: WholeOrder) {
  // What touches the whole platform has no run of its own: a run is somewhere.
  const procedures = useRead("/procedures", {}, { everySeconds: 300, enabled: environment !== undefined });
  const [procedure, setProcedure] = useState(planned ?? offer?.procedure);
  const [said, setSaid] = useState<Values>();
  const choices = procedures.data?.items ?? [];
  const chosen = choices.find(({ id }) => id === procedure);
  // What is offered comes with its arguments; what is planned already keeps the ones it has.
  const known = procedure === undefined || procedure === planned || procedure === offer?.procedure;
  const fields = known || chosen === undefined ? [] : fieldsOf(chosen.arguments as Schema);
  const values = said ?? initialOf(fields);
  const given = argumentsOf(fields, values);
  const missing = missingIn(fields, given);
  return {
    /** To be told to the server: undefined where it stays as it is. */
    procedure: procedure === planned ? undefined : procedure,
    chosen: procedure,
    choices,
    given: given as Record<string, never>,
    words: Object.keys(given).length === 0 ? undefined : JSON.stringify(given),
    blocked: missing.length === 0 ? undefined : `The procedure needs: ${missing.join(", ")}.`,
    fields,
    values,
    choose: (next: string | undefined): void => {
      setProcedure(next);
      setSaid(undefined);
    },
    onChange: setSaid,
  };
}

export function WhoDoesIt({ order, doer }: { readonly order: WholeOrder; readonly doer: ReturnType<typeof useDoer> }) {
  const { environment, offer, procedure: planned } = order;
  const { chosen, choices } = doer;
  if (environment === undefined) return undefined;
  const others = choices.filter(({ id }) => id !== offer?.procedure);
  return (
    <>
      <Select
        label="Who does it"
        data={[
          ...(offer === undefined
            ? []
            : [{ value: offer.procedure, label: `a run of ${offer.procedure}, which mends it` }]),
          { value: "", label: "a person, by hand" },
          ...others.map(({ id, title }) => ({ value: id, label: `a run of ${id}: ${title}` })),
        ]}
        value={chosen ?? ""}
        allowDeselect={false}
        disabled={planned !== undefined}
        onChange={(value) => doer.choose(value === null || value === "" ? undefined : value)}
      />
      <ArgumentForm fields={doer.fields} values={doer.values} onChange={doer.onChange} />
      {chosen === undefined || chosen === planned ? undefined : (
        <Link
          to="/runs/new"
          search={
            {
              procedure: chosen,
              environment,
              arguments: JSON.stringify(chosen === offer?.procedure ? offer.arguments : doer.given),
            } as never
          }
        >
          Look at what that run would do
        </Link>
      )}
    </>
  );
}
