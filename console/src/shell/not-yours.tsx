import { Link } from "@tanstack/react-router";
import { Forbidden } from "../parts/forbidden.tsx";
import { Page } from "../parts/page.tsx";

/** An environment that one may not look into: said as such, since a list that is empty would say that nothing is there. */
export function NotYours({ environment }: { readonly environment: string }) {
  return (
    <Page
      title={`You may not look into ${environment}`}
      cli="millwright me"
      why="Everything is narrowed to this environment, and no role of yours holds in it."
    >
      <Forbidden
        needs="viewer"
        environment={environment}
        detail={`You do not have the role viewer in ${environment}, or there is no environment of that name.`}
      />
      <p style={{ margin: 0 }}>
        <Link to="." search={((before: object) => ({ ...before, environment: undefined })) as never}>
          Show the environments that you may see
        </Link>
      </p>
    </Page>
  );
}
