import { Button, PasswordInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useEffect, useState } from "react";
import { logInWithToken, loginWays } from "../api/client.ts";
import { CallError } from "../api/problem.ts";
import { CliLine } from "../parts/cli-line.tsx";
import { Problem } from "../parts/problem.tsx";

/** The whole screen while nobody is logged in. The address stays: after the login one is where one wanted to go. */
export function Login() {
  useEffect(() => {
    document.title = "Log in · Millwright";
  }, []);
  return (
    <main className="mw-login">
      <div className="mw-card">
        <h1>Log in to Millwright</h1>
        <LoginForm />
      </div>
    </main>
  );
}

/** The login service's button where there is one, and a token to paste. */
export function LoginForm() {
  const ways = useQuery({ queryKey: ["login ways"], queryFn: loginWays, staleTime: 60_000 });
  const queries = useQueryClient();
  const [token, setToken] = useState("");
  const [error, setError] = useState<CallError>();
  const [sending, setSending] = useState(false);
  const logIn = async (): Promise<void> => {
    setSending(true);
    setError(undefined);
    try {
      await logInWithToken(token.trim());
      setToken("");
      await queries.invalidateQueries();
    } catch (thrown) {
      if (!(thrown instanceof CallError)) throw thrown;
      setError(thrown);
    } finally {
      setSending(false);
    }
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (token.trim() !== "") void logIn();
  };
  return (
    <>
      {ways.data?.service === true ? (
        <Button component="a" href="/auth/login" size="sm" fullWidth onClick={rememberPlace}>
          Log in with the login service
        </Button>
      ) : undefined}
      <form onSubmit={submit} style={{ display: "grid", gap: 12 }}>
        <PasswordInput
          label={ways.data?.service === true ? "Or an API token" : "API token"}
          description="Begins with mw_. It opens a session of this browser and is kept nowhere."
          value={token}
          autoComplete="off"
          visibilityToggleButtonProps={{ "aria-label": "Show the token" }}
          onChange={(event) => setToken(event.currentTarget.value)}
        />
        <Button type="submit" size="sm" loading={sending} variant={ways.data?.service === true ? "default" : "filled"}>
          Log in with this token
        </Button>
      </form>
      {error === undefined ? undefined : <Problem error={error} />}
      <div className="mw-dim" style={{ display: "grid", gap: 6 }}>
        <span>The first start wrote an administrator's token beside the server's data; others are made with:</span>
        <CliLine command="millwright token create NAME --roles '*=viewer'" />
      </div>
    </>
  );
}

const placeKey = "millwright-after-login";

/** The login service sends back to the first page; this is where one wanted to go. */
function rememberPlace(): void {
  try {
    sessionStorage.setItem(placeKey, window.location.pathname + window.location.search);
  } catch {
    // Without it one begins at the first page.
  }
}

/** Where one wanted to go before the login service was asked, once. */
export function placeAfterLogin(): string | undefined {
  try {
    const place = sessionStorage.getItem(placeKey) ?? undefined;
    sessionStorage.removeItem(placeKey);
    return place !== undefined && place.startsWith("/") && !place.startsWith("//") ? place : undefined;
  } catch {
    return undefined;
  }
}
