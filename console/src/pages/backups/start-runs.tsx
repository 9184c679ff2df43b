import { Button, Select } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useRead } from "../../api/use-read.ts";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";

const classes = ["by-hand", "before-upgrade", "daily", "weekly"] as const;

/** Backs up some stores of an environment, all as one recovery point where none is named. Several environments: one is chosen. */
export function BackUp(props: {
  readonly environments: readonly string[];
  readonly stores?: readonly string[];
  readonly primary?: boolean;
}) {
  const { environments, stores = [], primary = true } = props;
  const [first = ""] = environments;
  const [chosen, setEnvironment] = useState<string>();
  const [taken, setTaken] = useState<(typeof classes)[number]>("by-hand");
  const start = useWrite("post", "/backups/run");
  const navigate = useNavigate();
  const environment = chosen !== undefined && environments.includes(chosen) ? chosen : first;
  const body = { environment, stores: [...stores], class: taken, prove: true };
  return (
    <Confirm
      action="Back up now"
      primary={primary}
      effect="own"
      needs="operator"
      environment={environment}
      send={async () => {
        const run = await start.send({ body });
        await navigate({ to: `/runs/${run.id}` });
      }}
      write={start}
      cli={command`millwright backup start${{ environment, stores, class: taken }}`}
    >
      <p style={{ margin: 0 }}>
        {stores.length === 0
          ? "Every store of the environment is copied into its repository, as one recovery point; "
          : `${stores.join(", ")} is copied into the repository of ${environment}; `}
        then each backup is restored into what is thrown away and compared, and its receipt is shown. It reads the
        platform and changes nothing there, but for a write fence where one is declared.
      </p>
      {environments.length > 1 ? (
        <Select
          label="Environment"
          data={[...environments]}
          value={environment}
          allowDeselect={false}
          onChange={(name) => setEnvironment(name ?? undefined)}
        />
      ) : undefined}
      <Select
        label="What for"
        description="It says how long it is kept"
        data={[...classes]}
        value={taken}
        allowDeselect={false}
        onChange={(name) => setTaken(classes.find((one) => one === name) ?? "by-hand")}
      />
    </Confirm>
  );
}

/** Restores a backup into what is thrown away, and compares. */
export function Prove({ id, environment, primary = false }: StartProps) {
  const start = useWrite("post", "/backups/{id}/prove");
  const navigate = useNavigate();
  return (
    <Confirm
      action="Prove it"
      primary={primary}
      effect="own"
      needs="operator"
      environment={environment}
      send={async () => {
        const run = await start.send({ path: { id } });
        await navigate({ to: `/runs/${run.id}` });
      }}
      write={start}
      cli={command`millwright backup reprove ${id}`}
    >
      <p style={{ margin: 0 }}>
        {id} is restored where the runner works, into what is thrown away, and compared with what it said of itself when
        it was taken. Nothing of the platform is touched.
      </p>
    </Confirm>
  );
}

/** Reads a repository through. */
export function CheckRepository({ environment }: { readonly environment: string }) {
  const start = useWrite("post", "/backups/check");
  const navigate = useNavigate();
  return (
    <Confirm
      action="Check the repository"
      effect="own"
      needs="operator"
      environment={environment}
      send={async () => {
        const run = await start.send({ body: { environment, readData: true } });
        await navigate({ to: `/runs/${run.id}` });
      }}
      write={start}
      cli={command`millwright backup recheck --environment ${environment}`}
    >
      <p style={{ margin: 0 }}>
        Every byte of the repository of {environment} is read and held against its digest. It takes as long as the
        repository is large; damage becomes an incident.
      </p>
    </Confirm>
  );
}

interface StartProps {
  readonly id: string;
  readonly environment: string;
  readonly primary?: boolean;
}

/** Leads to the plan of a restore, which is read before anything is done; where this server has none, to how it is done by hand. Nothing of what is gone. */
export function Restore({ id, environment, gone }: StartProps & { readonly gone: boolean }) {
  const procedures = useRead("/procedures", {}, { everySeconds: 300 });
  const known = procedures.data?.items.some((one) => one.id === "restore") ?? false;
  if (gone) return undefined;
  if (!known)
    return (
      <Button variant="default" disabled title="This server has no procedure restore: docs/restore-by-hand.md">
        Restore…
      </Button>
    );
  const search = { procedure: "restore", environment, arguments: JSON.stringify({ from: id }) };
  return (
    <Button component={Link} to="/runs/new" search={search as never} variant="default">
      Restore…
    </Button>
  );
}
