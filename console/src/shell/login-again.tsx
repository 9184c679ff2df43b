import { Modal } from "@mantine/core";
import { LoginForm } from "./login.tsx";

/** Over the page when a login has ended: nothing that was written on it is lost. */
export function LoginAgain() {
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} title="Your login has ended">
      <div style={{ display: "grid", gap: 14 }}>
        <LoginForm />
      </div>
    </Modal>
  );
}
