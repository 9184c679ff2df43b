import type { Reply } from "../../api/types.ts";
import { Facts, Section } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { NotSetUp } from "../../parts/not-set-up.tsx";
import { Notice } from "../../parts/notice.tsx";
import { SkeletonCard } from "../../parts/skeletons.tsx";
import { SmallTable } from "../../parts/small-table.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import type { Settings } from "./parts.tsx";
import { valueText } from "./value-text.ts";

type File = Reply<"/settings">["platform"];

const words = {
  platform: {
    what: "The platform's file",
    how: "The first repository holds no millwright.yaml: environments, windows and duties come from it. Make one beside the platform.",
    command: "millwright init",
  },
  server: {
    what: "The server's file",
    how: "This server runs with what holds by default. Write millwright.server.yaml and start with --config (docs/operations.md).",
    command: "millwright serve --config millwright.server.yaml",
  },
};

/** A file of configuration as it is in force, what is wrong with it as it is now, and what holds by default. */
export function Files({ settings, which }: { readonly settings: Settings; readonly which: "platform" | "server" }) {
  return (
    <Loaded read={settings} skeleton={<SkeletonCard height={520} />}>
      {(found) => {
        const file = found[which];
        return file === undefined ? undefined : <File of={file} which={which} />;
      }}
    </Loaded>
  );
}

function File({ of: file, which }: { readonly of: File; readonly which: "platform" | "server" }) {
  return (
    <>
      {file.name === null ? (
        <NotSetUp {...words[which]} />
      ) : (
        <Section title={file.name}>
          <Facts
            of={{
              "In force since": file.since === null ? undefined : <Time at={file.since} show="both" />,
              Revision: file.revision === null ? undefined : <span className="mw-mono">{file.revision}</span>,
              "As it is now": file.mistakes.length === 0 ? "valid" : "not valid; the last valid one stays in force",
            }}
          />
        </Section>
      )}
      {file.mistakes.length === 0 ? undefined : (
        <Notice tone="red" icon="incidents" title="What is wrong with the file as it is now">
          <ul>
            {file.mistakes.map(({ field, line, message }) => (
              <li key={`${field}${line}${message}`}>
                line {line}
                {field === "" ? "" : `, ${field}`}: {message}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <SmallTable
        label="Settings in force"
        rows={file.settings}
        keyOf={({ key }) => key}
        stacks
        columns={[
          { title: "Setting", cell: ({ key }) => <span className="mw-mono">{key}</span> },
          {
            title: "From",
            cell: ({ from }) => (
              <Tag tone={from === "file" ? "blue" : "grey"}>{from === "file" ? "the file" : "default"}</Tag>
            ),
          },
          { title: "Value", cell: ({ value }) => <Value of={value} /> },
        ]}
      />
    </>
  );
}

function Value({ of: value }: { readonly of: unknown }) {
  const text = valueText(value);
  if (!text.includes("\n")) return <span className="mw-mono">{text}</span>;
  const lines = text.split("\n");
  return (
    <details>
      <summary>{`${lines.length} lines`}</summary>
      <pre className="mw-mono" style={{ margin: "4px 0 0", whiteSpace: "pre-wrap" }}>
        {text}
      </pre>
    </details>
  );
}
