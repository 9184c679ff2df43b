import { Modal } from "@mantine/core";
import { useFocusBack } from "../parts/use-focus-back.ts";
import { LoginForm } from "./login.tsx";

/** Over the page when a login has ended: nothing that was written on it is lost. */
export function LoginAgain() {
  useFocusBack();
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} title="Your login has ended">
      <div style={{ display: "grid", gap: 14 }}>
        <LoginForm />
      </div>
    </Modal>
  );
}
