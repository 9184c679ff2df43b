import { Button, Group, Select } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Reply, WriteReply } from "../../api/types.ts";
import { useRead } from "../../api/use-read.ts";
import { shown, useWrite } from "../../api/use-write.ts";
import { argumentsOf, fieldsOf, initialOf, missingIn, type Schema, type Values } from "../../parts/argument-fields.ts";
import { ArgumentForm } from "../../parts/argument-form.tsx";
import { CliLine } from "../../parts/cli-line.tsx";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Problem } from "../../parts/problem.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { useEnvironments } from "../../state/environments.ts";
import { useSearch } from "../../state/use-search.ts";
import { PlanShown } from "./plan-shown.tsx";
import "./runs.css";

type Procedure = Reply<"/procedures">["items"][number];
type PlanReply = WriteReply<"/procedures/{procedure}/plan", "post">;

/** Starts a run: a procedure, where, its arguments, the plan they make, and only then the run. */
export function NewRun() {
  const procedures = useRead("/procedures", {}, { everySeconds: 300 });
  return (
    <Page
      title="Start a run"
      why="A procedure's arguments make a plan. Read the plan first: starting it does these steps and no others, and changes nothing before somebody agreed where that is asked for."
      cli={procedures.cli ?? "millwright procedure list"}
      back={{ to: "/runs", title: "Runs" }}
    >
      <Loaded read={procedures} skeleton={<SkeletonCard height={340} />}>
        {({ items }) => <Choose procedures={items} />}
      </Loaded>
    </Page>
  );
}

function Choose({ procedures }: { readonly procedures: readonly Procedure[] }) {
  const [search, setSearch] = useSearch();
  const environments = useEnvironments();
  const chosen = procedures.find(({ id }) => id === search["procedure"]);
  const environment = search["environment"];
  return (
    <>
      <Section title="What, and where">
        <Group gap={10} align="end">
          <Select
            label="Procedure"
            placeholder="Choose what to do"
            w={300}
            data={procedures.map(({ id, title }) => ({ value: id, label: title }))}
            value={chosen?.id ?? null}
            onChange={(procedure) => setSearch({ procedure: procedure ?? undefined, arguments: undefined })}
          />
          <Select
            label="Environment"
            placeholder="Choose where"
            w={200}
            data={[...environments]}
            value={environment ?? null}
            onChange={(name) => setSearch({ environment: name ?? undefined })}
          />
        </Group>
      </Section>
      {chosen === undefined || environment === undefined ? (
        <p className="mw-dim mw-run-plain">
          Choose a procedure and an environment; what it needs to know is asked then.
        </p>
      ) : (
        <Arguments
          key={chosen.id}
          procedure={chosen}
          environment={environment}
          preset={presetOf(search["arguments"])}
        />
      )}
    </>
  );
}

/** Arguments that an address brings along, as a link from elsewhere may. */
function presetOf(text: string | undefined): Values {
  try {
    const given: unknown = JSON.parse(text ?? "{}");
    return typeof given === "object" && given !== null && !Array.isArray(given) ? (given as Values) : {};
  } catch {
    return {};
  }
}

interface ArgumentsProps {
  readonly procedure: Procedure;
  readonly environment: string;
  readonly preset: Values;
}

function Arguments({ procedure, environment, preset }: ArgumentsProps) {
  const fields = useMemo(() => fieldsOf(procedure.arguments as Schema), [procedure]);
  const [values, setValues] = useState<Values>(() => ({ ...initialOf(fields), ...preset }));
  const plan = useWrite("post", "/procedures/{procedure}/plan");
  const [planned, setPlanned] = useState<{ readonly of: string; readonly plan: PlanReply }>();
  const given = argumentsOf(fields, values);
  const missing = missingIn(fields, given);
  const asked = JSON.stringify([environment, given]);
  const body = { environment, arguments: given as never };
  const options = { environment, arguments: JSON.stringify(given) };
  const show = async (): Promise<void> => {
    const made = await plan.send({ path: { procedure: procedure.id }, body });
    setPlanned({ of: asked, plan: made });
  };
  return (
    <>
      <Section title="What it is given">
        <div className="mw-run-form">
          <ArgumentForm fields={fields} values={values} onChange={setValues} />
          <Group gap={8}>
            <Button
              variant={planned?.of === asked ? "default" : "filled"}
              loading={plan.sending}
              disabled={missing.length > 0}
              onClick={() => void show().catch(shown)}
            >
              Show the plan
            </Button>
            {missing.length === 0 ? undefined : <span className="mw-dim">Still needed: {missing.join(", ")}</span>}
          </Group>
          <CliLine command={command`millwright procedure plan ${procedure.id}${options}`} />
        </div>
      </Section>
      {plan.error === undefined ? undefined : <Problem error={plan.error} />}
      {planned === undefined ? undefined : planned.of === asked ? (
        <PlanShown plan={planned.plan} environment={environment}>
          <Start procedure={procedure} environment={environment} given={given} plan={planned.plan} />
        </PlanShown>
      ) : (
        <p className="mw-dim mw-run-plain">What it is given was changed since: show the plan again.</p>
      )}
    </>
  );
}

function Start(props: {
  readonly procedure: Procedure;
  readonly environment: string;
  readonly given: Values;
  readonly plan: PlanReply;
}) {
  const { procedure, environment, given, plan } = props;
  const start = useWrite("post", "/runs");
  const navigate = useNavigate();
  const changes = plan.steps.some(({ effect }) => effect !== "none");
  const approved = plan.steps.some(({ kind }) => kind === "approve");
  return (
    <Confirm
      action="Start this run"
      primary
      effect={changes ? "outside" : "own"}
      needs="operator"
      environment={environment}
      send={async () => {
        const run = await start.send({
          body: { procedure: procedure.id, environment, arguments: given as never, links: {} },
        });
        await navigate({ to: `/runs/${run.id}` });
      }}
      write={start}
      cli={command`millwright run start ${procedure.id}${{ environment, arguments: JSON.stringify(given) }}`}
    >
      <p style={{ margin: 0 }}>
        {procedure.title} in {environment}: {plan.steps.length} steps.{" "}
        {approved
          ? "It waits for an approver before it changes anything."
          : changes
            ? ""
            : "It changes nothing outside."}
      </p>
    </Confirm>
  );
}
