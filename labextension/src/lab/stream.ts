/** The live frames of a deployment over a WebSocket that comes back by itself. */

import type { Api } from './api.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

interface StreamEvents {
  onFrame(data: unknown): void;
  onOpen(): void;
  /** The connection broke; it is tried again in so many milliseconds. */
  onBreak(waitMs: number): void;
}

export class Stream {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private wait = FIRST_WAIT_MS;
  private closed = false;

  constructor(
    private readonly api: Api,
    private readonly name: string,
    private readonly events: StreamEvents
  ) {
    this.open();
  }

  /** Sends a command; tells whether there was a connection to send it over. */
  send(command: Readonly<Record<string, unknown>>): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify({ kind: 'command', ...command }));
    return true;
  }

  close(): void {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.socket?.close();
  }

  private open(): void {
    const socket = this.api.socket(['deployments', this.name, 'stream']);
    this.socket = socket;
    socket.onopen = () => {
      this.wait = FIRST_WAIT_MS;
      this.events.onOpen();
    };
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (typeof event.data === 'string') this.events.onFrame(JSON.parse(event.data));
    };
    socket.onclose = () => {
      if (this.closed) return;
      this.events.onBreak(this.wait);
      this.timer = setTimeout(() => {
        this.open();
      }, this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    };
  }
}
