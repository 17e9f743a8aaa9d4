/** What the canvas knows of the place it stands in: a notebook output or a JupyterLab document. */

import type { JsonObject } from '../model/entry.js';

export interface Capabilities {
  readonly run: boolean;
  readonly stop: boolean;
  readonly press: boolean;
  readonly deploy: boolean;
}

export interface Host {
  readonly capabilities: Capabilities;
  /** Names the flow for screen readers. */
  readonly title: string;
  /** The surroundings have shortcuts of their own (a notebook) that must not see our keys. */
  readonly keepKeys: boolean;
  run(): void;
  stop(): void;
  press(node: string): void;
  /** Hands a message to a node of the running flow. */
  send(node: string, msg: JsonObject): void;
  deploy(): void;
  /** Opens the file as text; absent where there is no file. */
  openAsText?(): void;
}
