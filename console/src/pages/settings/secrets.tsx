import { PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import type { Settings } from "./parts.tsx";

/** Where secrets are kept and what uses them; never one of them. */
export function Secrets({ settings }: { readonly settings: Settings }) {
  return (
    <>
      <div className="mw-page-head">
        <span className="mw-dim">Places only: no secret is shown here or anywhere else.</span>
        <Keep />
      </div>
      <Loaded read={settings} skeleton={<SkeletonCard height={220} />}>
        {({ secrets = [] }) =>
          secrets.length === 0 ? (
            <Empty title="No secret is named or kept">
              The configuration names none, and none is sealed in the database.
            </Empty>
          ) : (
            <SmallTable
              label="Secrets"
              rows={secrets}
              keyOf={({ place }) => place}
              stacks
              columns={[
                { title: "Place", cell: ({ place }) => <span className="mw-mono">{place}</span> },
                {
                  title: "Used by",
                  cell: ({ uses }) =>
                    uses.length === 0 ? (
                      <span className="mw-dim">no setting</span>
                    ) : (
                      <span className="mw-mono">{uses.join(", ")}</span>
                    ),
                },
                {
                  title: "Last used",
                  cell: ({ usedAt }) =>
                    usedAt === null ? <span className="mw-dim">not in 30 days</span> : <Time at={usedAt} />,
                },
                {
                  title: "",
                  cell: ({ place, kept }) =>
                    kept ? <Forget name={place.replace(/^store:/, "")} /> : <Tag tone="grey">outside</Tag>,
                },
              ]}
            />
          )
        }
      </Loaded>
    </>
  );
}

function Keep() {
  const keep = useWrite("put", "/secrets/{name}");
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const wrong = !/^[a-z0-9][a-z0-9._-]{0,99}$/.test(name)
    ? "Name it with lower-case letters, digits, dots and dashes."
    : undefined;
  return (
    <Confirm
      action="Keep a secret"
      effect="own"
      needs="admin"
      send={async () => {
        await keep.send({ path: { name }, body: { value } });
        setValue("");
        setName("");
      }}
      write={keep}
      cli={command`millwright secret keep ${name || "NAME"} --value @FILE`}
      blocked={wrong ?? (value === "" ? "There is no secret yet." : undefined)}
    >
      <p style={{ margin: 0 }}>
        It is sealed in the database, in place of one of that name, and named as store:{name === "" ? "NAME" : name} in
        the server's file.
      </p>
      <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
      <PasswordInput
        size="xs"
        label="Secret"
        value={value}
        autoComplete="off"
        visibilityToggleButtonProps={{ "aria-label": "Show the secret" }}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
    </Confirm>
  );
}

function Forget({ name }: { readonly name: string }) {
  const forget = useWrite("delete", "/secrets/{name}");
  return (
    <Confirm
      action="Forget"
      effect="own"
      needs="admin"
      danger
      send={() => forget.send({ path: { name } })}
      write={forget}
      cli={command`millwright secret forget ${name}`}
    >
      <p style={{ margin: 0 }}>What refers to store:{name} fails from then on, and says so. It cannot be taken back.</p>
    </Confirm>
  );
}
