/** Customers: who writes to you, what your channels call them, and what they say. */
import { pathTo, type Query, type Sending, type Transport } from "./transport.js";
import type { Customer, MakeCustomer, ReceivedMessage, ReviseCustomer, SendMessage } from "./types.js";

export class Customers {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Makes a customer, or finds the one who has one of these ids or this namespace. */
  make(ask: MakeCustomer, sending?: Sending): Promise<Customer> {
    return this.#transport.post("/v1/customers", ask, sending);
  }

  get(customerId: string, sending?: Sending): Promise<Customer> {
    return this.#transport.get(pathTo("customers", customerId), undefined, sending);
  }

  /** Customers, newest first; `search` is a part of a name, a whole id in any channel, or a namespace. */
  list(filters: Query = {}, sending?: Sending): AsyncGenerator<Customer, void, undefined> {
    return this.#transport.pages("/v1/customers", filters, sending);
  }

  /**
   * Changes a customer. What is left out stays, null clears, and `ids` replace those before. With `ifUnchanged`, such as what
   * `get` answered, only if nobody changed it since; else the error's `type` is `changed-meanwhile`.
   */
  revise(customerId: string, ask: ReviseCustomer, sending?: Sending): Promise<Customer> {
    return this.#transport.patch(pathTo("customers", customerId), ask, sending);
  }

  /**
   * Says something in a customer's newest case, whatever its state; where they have none, one begins with `bot`. What came
   * before under its `external_id` is not stored again.
   */
  send(customerId: string, ask: SendMessage, sending?: Sending): Promise<ReceivedMessage> {
    return this.#transport.post(pathTo("customers", customerId, "messages"), ask, sending);
  }
}
