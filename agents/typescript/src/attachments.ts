/** Attachments: files that customers and your side send each other. */
import { pathTo, type Query, type Sending, type Transport } from "./transport.js";
import type { Attachment } from "./types.js";

/** How much longer an upload may take than other calls, in milliseconds: a large file on a slow line. */
const UPLOADING_MS = 60_000;

export interface Upload {
  /** Whose it is: the namespace of the case in which it is to be sent. */
  namespace: string;
  /** What it is called; the name of a `File` if left out. */
  name?: string;
  /** An id of your own. What came under it before is not stored again. */
  external_id?: string;
}

export class Attachments {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Uploads a file. A message then brings it, by its id in `attachments`. */
  upload(file: Blob | Uint8Array<ArrayBuffer>, ask: Upload, sending?: Sending): Promise<Attachment> {
    const name = ask.name ?? (file as { name?: string }).name;
    const query: Query = { namespace: ask.namespace, name, external_id: ask.external_id };
    return this.#transport.upload("/v1/attachments", query, file, { ...sending, extraMs: UPLOADING_MS });
  }

  /** What is known of an attachment, without its bytes. */
  get(attachmentId: string, sending?: Sending): Promise<Attachment> {
    return this.#transport.get(pathTo("attachments", attachmentId), undefined, sending);
  }

  /** The bytes of an attachment. A scanner may have yet to look at it, or have refused it: `attachment-not-ready`. */
  async read(attachmentId: string, sending?: Sending): Promise<ArrayBuffer> {
    const path = pathTo("attachments", attachmentId, "content");
    const response = await this.#transport.send({ ...sending, method: "GET", path });
    return response.arrayBuffer();
  }

  /** Attachments, newest first, such as those of a `chain_id`. */
  list(filters: Query = {}, sending?: Sending): AsyncGenerator<Attachment, void, undefined> {
    return this.#transport.pages("/v1/attachments", filters, sending);
  }
}
