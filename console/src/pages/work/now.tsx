import { Facts, Section } from "../../parts/facts.tsx";
import { Tag } from "../../parts/tag.tsx";
import type { WholeOrder } from "./order-page.tsx";

/** May it start now, and if not, every reason against it; nothing of work that runs or is over. */
export function Now({ order: { now } }: { readonly order: WholeOrder }) {
  if (now === undefined) return undefined;
  return (
    <Section title="May it start now?">
      {now.mayStart ? (
        <Tag tone="green" icon="check">
          yes, nothing stands against it
        </Tag>
      ) : (
        <>
          <Tag tone="orange" icon="pause">
            {now.whyNot.length === 1 ? "no, for one reason" : `no, for ${now.whyNot.length} reasons`}
          </Tag>
          <ul style={{ margin: "8px 0 10px", paddingLeft: 18 }}>
            {now.whyNot.map((why) => (
              <li key={why}>{why}</li>
            ))}
          </ul>
        </>
      )}
      <Facts
        of={{
          "Next opening with room": now.nextOpening,
          "Latest start in it": now.latestStart,
          "No way back after": now.pointOfNoReturn,
        }}
      />
    </Section>
  );
}
