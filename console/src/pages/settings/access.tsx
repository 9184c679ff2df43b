import type { Reply, Row } from "../../api/types.ts";
import { useList } from "../../api/use-list.ts";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { NotSetUp } from "../../parts/not-set-up.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time, useNow } from "../../parts/time.tsx";
import { MakeToken } from "./make-token.tsx";
import type { Settings } from "./parts.tsx";

type Token = Row<"/tokens">;
type Grant = NonNullable<Reply<"/settings">["grants"]>[number];

const columns: readonly Column<Token>[] = [
  {
    id: "name",
    title: "Token, and for whom",
    width: "minmax(0, 2fr)",
    cell: ({ name, actor, createdBy }) => (
      <div className="mw-two">
        <strong className="mw-cut">{name}</strong>
        <span className="mw-cut">
          acts as {actor.name}, made by {createdBy.name}
        </span>
      </div>
    ),
  },
  {
    id: "roles",
    title: "Roles",
    width: "minmax(0, 1.4fr)",
    wideOnly: true,
    cell: ({ roles }) => (
      <span className="mw-cut" style={{ display: "block" }}>
        {Object.entries(roles)
          .map(([environment, role]) => `${role} in ${environment === "*" ? "all" : environment}`)
          .join(", ")}
      </span>
    ),
  },
  {
    id: "used",
    title: "Last used",
    width: "100px",
    wideOnly: true,
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? <span className="mw-dim">never</span> : <Time at={lastUsedAt} />),
  },
  { id: "ends", title: "Ends", width: "100px", wideOnly: true, cell: ({ expiresAt }) => <Time at={expiresAt} /> },
  { id: "state", title: "", width: "110px", cell: (token) => <TokenState of={token} /> },
];

/** Who may do what: roles by the login service, and tokens. */
export function Access({ settings }: { readonly settings: Settings }) {
  const tokens = useList("/tokens", {});
  return (
    <>
      <div className="mw-page-head">
        <h2 style={{ fontSize: 15, margin: 0 }}>API tokens</h2>
        <MakeToken />
      </div>
      <DataTable
        label="API tokens"
        list={tokens}
        columns={columns}
        keyOf={({ id }) => id}
        empty={<Empty title="There is no token" />}
      />
      <Loaded read={settings} skeleton={<SkeletonCard height={160} />}>
        {({ grants, approvers }) => (
          <>
            <Grants title="Who has a role" what="Giving roles by login" field="access" rows={grants} />
            <Grants
              title="Who may approve, on top of the role"
              what="A list of approvers"
              field="approvers"
              rows={approvers}
            />
          </>
        )}
      </Loaded>
    </>
  );
}

function TokenState({ of: token }: { readonly of: Token }) {
  const revoke = useWrite("delete", "/tokens/{id}");
  const now = useNow();
  if (token.revokedAt !== null) return <Tag tone="grey">revoked</Tag>;
  if (Date.parse(token.expiresAt) < now) return <Tag tone="grey">ended</Tag>;
  return (
    <Confirm
      action="Revoke"
      effect="own"
      needs="admin"
      danger
      send={() => revoke.send({ path: { id: token.id } })}
      write={revoke}
      cli={command`millwright token revoke ${token.id}`}
    >
      <p style={{ margin: 0 }}>
        The token {token.name} and every login made with it end at once. That cannot be taken back; another one can be
        made.
      </p>
    </Confirm>
  );
}

function Grants(props: {
  readonly title: string;
  readonly what: string;
  readonly field: "access" | "approvers";
  readonly rows: readonly Grant[] | undefined;
}) {
  const { title, rows, field } = props;
  return (
    <>
      <h2 style={{ fontSize: 15, margin: "8px 0 0" }}>{title}</h2>
      {rows === undefined || rows.length === 0 ? (
        <NotSetUp what={props.what} how={`Nothing stands under ${field} of millwright.server.yaml.`} />
      ) : (
        <SmallTable
          label={title}
          rows={rows.map((row, index) => ({ ...row, key: String(index) }))}
          keyOf={({ key }) => key}
          stacks
          columns={[
            { title: "Role", cell: ({ role }) => <Tag tone="grey">{role}</Tag> },
            { title: "Environment", cell: ({ environment }) => environment ?? "all environments" },
            { title: "People", cell: ({ people }) => people.join(", ") },
            { title: "Groups", cell: ({ groups }) => groups.join(", ") },
          ]}
        />
      )}
    </>
  );
}
