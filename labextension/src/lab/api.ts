/** The server extension's REST interface, `/vgd/api`; answers are checked where they are used. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { isObject, textOf } from '../model/entry.js';

/** The server refused, or did not answer (status 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    message: string,
    readonly status: number,
    readonly problems: unknown
  ) {
    super(message);
  }
}

export class Api {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  async request(method: string, path: readonly string[], body?: unknown): Promise<unknown> {
    const url = URLExt.join(this.settings.baseUrl, 'vgd', 'api', ...path.map(encodeURIComponent));
    const init: RequestInit = { method };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { 'Content-Type': 'application/json' };
    }
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this.settings);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ApiError(`The server does not answer (${reason}). Is it running?`, 0, null);
    }
    const data = await readJson(response);
    if (response.ok) return data;
    const message = isObject(data) ? textOf(data['message']) : '';
    throw new ApiError(
      message || `The server answered ${response.status} ${response.statusText}.`,
      response.status,
      isObject(data) ? data['problems'] : null
    );
  }

  socket(path: readonly string[]): WebSocket {
    const { wsUrl, appendToken, token, WebSocket: Socket } = this.settings;
    const url = URLExt.join(wsUrl, 'vgd', 'api', ...path.map(encodeURIComponent));
    return new Socket(appendToken && token ? `${url}?token=${encodeURIComponent(token)}` : url);
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}
