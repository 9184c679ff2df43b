/** The answers by which a route says no. Missing rights (401, 403) are said before a route is asked. */
export type RefusalStatus = 403 | 404 | 409 | 412 | 422;

/** An expected no, as a route returns it: what was wrong, where, and what to do. Nothing of the call is kept. */
export class Refusal {
  readonly status: RefusalStatus;
  readonly detail: string;
  readonly toDo: string;

  constructor(status: RefusalStatus, detail: string, toDo: string) {
    this.status = status;
    this.detail = detail;
    this.toDo = toDo;
  }
}

/**
 * Says no: 404 there is no such thing, 409 its state does not allow it, 412 somebody else changed it meanwhile, 422 the
 * values make no sense together, 403 only for what roles cannot say (an approver who is the requester).
 */
export function refuse(status: RefusalStatus, detail: string, toDo: string): Refusal {
  return new Refusal(status, detail, toDo);
}
