import { CopyButton } from "./copy-button.tsx";
import "./copy-block.css";

/** Several lines of plain text, a log or a file's, to be read and copied. */
export function CopyBlock({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className="mw-block">
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <CopyButton text={text} label={`Copy: ${label}`} />
    </div>
  );
}
