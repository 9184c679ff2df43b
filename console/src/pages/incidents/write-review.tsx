import { Button, Group, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "../../api/use-write.ts";
import { command } from "../../parts/command.ts";
import { Confirm } from "../../parts/confirm.tsx";
import type { ActProps } from "./incident-actions.tsx";

interface Action {
  readonly what: string;
  readonly who: string;
  readonly until: string;
}

/** Looks back: causes and what would help, never whose fault it was. What follows becomes work with a deadline. */
export function WriteReview({ incident, etag }: ActProps) {
  const review = useWrite("post", "/incidents/{id}/review");
  const questions = incident.reviewQuestions;
  const [answers, setAnswers] = useState<readonly string[]>(() => questions.map(() => ""));
  const [actions, setActions] = useState<readonly Action[]>([]);
  const half = actions.some(({ what, who, until }) => what.trim().length < 3 || who.trim() === "" || until === "");
  const unsaid = answers.every((answer) => answer.trim() === "");
  return (
    <Confirm
      action="Write the review"
      primary
      effect="own"
      needs="operator"
      environment={incident.environment}
      send={() =>
        review.send(
          { path: { id: incident.id }, body: { answers: answers.map((one) => one.trim()), actions: [...actions] } },
          etag,
        )
      }
      write={review}
      cli={command`millwright incident review ${incident.id}${{ answers, actions: actions.length === 0 ? undefined : JSON.stringify(actions) }}`}
      blocked={
        unsaid
          ? "Answer at least one of the questions."
          : half
            ? "Each thing that follows has a what, a who and an until."
            : undefined
      }
    >
      {questions.map((question, index) => (
        <Textarea
          key={question}
          label={question}
          autosize
          minRows={2}
          maxLength={10_000}
          value={answers[index] ?? ""}
          onChange={(event) => {
            const said = event.currentTarget.value;
            setAnswers(answers.map((answer, at) => (at === index ? said : answer)));
          }}
        />
      ))}
      {actions.map((action, index) => (
        <ActionFields
          // Rows have no name of their own; they are only added and taken away.
          key={index}
          number={index + 1}
          action={action}
          onChange={(changed) => setActions(actions.map((one, at) => (at === index ? changed : one)))}
          onRemove={() => setActions(actions.filter((_, at) => at !== index))}
        />
      ))}
      <Button
        variant="default"
        style={{ justifySelf: "start" }}
        onClick={() => setActions([...actions, { what: "", who: "", until: "" }])}
      >
        Add what follows
      </Button>
    </Confirm>
  );
}

function ActionFields(props: {
  readonly number: number;
  readonly action: Action;
  readonly onChange: (action: Action) => void;
  readonly onRemove: () => void;
}) {
  const { number, action, onChange, onRemove } = props;
  return (
    <Group gap={8} align="end">
      <TextInput
        label={`What follows (${number})`}
        style={{ flex: "2 1 200px" }}
        value={action.what}
        onChange={(event) => onChange({ ...action, what: event.currentTarget.value })}
      />
      <TextInput
        label="Who"
        style={{ flex: "1 1 100px" }}
        value={action.who}
        onChange={(event) => onChange({ ...action, who: event.currentTarget.value })}
      />
      <TextInput
        label="Until"
        type="date"
        value={action.until}
        onChange={(event) => onChange({ ...action, until: event.currentTarget.value })}
      />
      <Button variant="default" aria-label={`Take out: what follows ${number}`} onClick={onRemove}>
        Take out
      </Button>
    </Group>
  );
}
