import type { ReactNode } from "react";
import "./small-table.css";

export interface SmallColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
}

/** A plain table for what is short and comes whole. It scrolls by itself where the screen is narrow. Long lists: `DataTable`. */
export function SmallTable<Row>(props: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly SmallColumn<Row>[];
  readonly keyOf: (row: Row) => string;
  /** On a narrow screen the cells of a row stand below each other, each with its title. */
  readonly stacks?: boolean;
}) {
  const { label, rows, columns } = props;
  const narrow = props.stacks === true ? " mw-stacks" : "";
  return (
    <section className={`mw-card mw-small-table${narrow}`} tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map(({ title }) => (
              <th key={title} scope="col">
                {title === "" ? <span className="mw-hidden">What can be done</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={props.keyOf(row)}>
              {columns.map(({ title, cell }) => (
                <td key={title} data-title={title}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
