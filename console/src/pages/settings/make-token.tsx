import { Modal, NumberInput, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { CopyBlock } from "../../parts/copy-block.tsx";
import { useEnvironments } from "../../state/environments.ts";
import { type Role, roles } from "../../state/roles.ts";

/** Makes a token; its secret is shown this once and kept nowhere in this page. */
export function MakeToken() {
  const make = useWrite("post", "/tokens");
  const environments = useEnvironments();
  const [name, setName] = useState("");
  const [environment, setEnvironment] = useState("*");
  const [role, setRole] = useState<Role>("viewer");
  const [days, setDays] = useState(90);
  const [secret, setSecret] = useState<string>();
  return (
    <>
      <Confirm
        action="Make a token"
        effect="own"
        needs="admin"
        send={async () => {
          const made = await make.send({ body: { name: name.trim(), roles: { [environment]: role }, days } });
          setSecret(made.secret);
          setName("");
        }}
        write={make}
        cli={command`millwright token create ${name.trim() || "NAME"}${{ roles: `${environment}=${role}`, days }}`}
        blocked={name.trim() === "" ? "Say what it is for." : undefined}
      >
        <TextInput
          label="What it is for"
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          label="Role"
          data={[...roles]}
          value={role}
          allowDeselect={false}
          onChange={(value) => setRole(roles.find((one) => one === value) ?? "viewer")}
        />
        <Select
          label="Where"
          data={[{ value: "*", label: "all environments" }, ...environments]}
          value={environment}
          allowDeselect={false}
          onChange={(value) => setEnvironment(value ?? "*")}
        />
        <NumberInput
          label="Valid for, in days"
          min={1}
          max={365}
          value={days}
          onChange={(value) => setDays(Number(value) || 90)}
        />
      </Confirm>
      <Modal
        opened={secret !== undefined}
        onClose={() => setSecret(undefined)}
        title="The token, this once"
        closeOnClickOutside={false}
      >
        <p style={{ marginTop: 0 }}>Copy it now: only its hash is kept, so nobody can show it again.</p>
        <CopyBlock text={secret ?? ""} label="Token" />
      </Modal>
    </>
  );
}
