import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { splitRoute } from "../state/split-route.ts";
import { useEnvironment } from "../state/use-search.ts";
import { NextDialog } from "./next-dialog.tsx";
import { buttonOf, isCall, type Next } from "./next-words.ts";

/** What to do next, as the server says it: in a dialog where one call is enough, on its page otherwise. */
export function NextStep(props: {
  readonly next: Next;
  /** What it is about, for who hears the button alone. */
  readonly about: string;
  readonly environment?: string | undefined;
  readonly primary?: boolean;
}) {
  const { next, about, primary } = props;
  const [opened, { open, close }] = useDisclosure(false);
  const navigate = useNavigate();
  const here = useEnvironment();
  const { to, search } = splitRoute(next.route);
  const words = buttonOf(next);
  const act = (): void => {
    if (isCall(next)) open();
    else void navigate({ to, search: { environment: here, ...search } as never });
  };
  return (
    <>
      <Button
        variant={primary === true ? "filled" : "default"}
        onClick={act}
        aria-label={`${words}: ${about}`}
        aria-haspopup={isCall(next) ? "dialog" : undefined}
      >
        {words}
        {isCall(next) ? "…" : ""}
      </Button>
      {opened && next.action !== undefined ? (
        <NextDialog {...props} action={next.action} words={words} onClose={close} />
      ) : undefined}
    </>
  );
}
