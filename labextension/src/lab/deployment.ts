/** The host of a flow document: deploys it, stops it, shows it live. */

import type { Capabilities, Host } from '../canvas/host.js';
import { isObject, textOf, type JsonObject } from '../model/entry.js';
import { parseFrame, parseProblems, type StateFrame } from '../model/frames.js';
import type { Live } from '../model/live.js';
import { ApiError, type Api } from './api.js';
import { Stream } from './stream.js';

interface Options {
  readonly api: Api;
  readonly live: Live;
  readonly title: string;
  /** Name of the deployment, from the file's name. */
  name(): string;
  /** The flow as JSON data. */
  flow(): unknown;
  openAsText(): void;
  /** What the host can do has changed. */
  onChange(): void;
}

const NOTHING: Capabilities = { run: false, stop: false, press: false, deploy: false };

export class DeploymentHost implements Host {
  readonly keepKeys = false;
  capabilities: Capabilities = NOTHING;
  private stream: Stream | null = null;
  private streamed = '';

  constructor(private readonly options: Options) {}

  get title(): string {
    return this.options.title;
  }

  /** Looks whether the flow is deployed; called once the server extension has answered. */
  async connect(): Promise<void> {
    this.capabilities = { run: false, stop: true, press: true, deploy: true };
    this.options.onChange();
    await this.refresh();
  }

  deploy(): void {
    void this.carryOut(async () => {
      const { api, name, flow } = this.options;
      this.show(await api.request('PUT', ['deployments', name()], { flow: flow() }));
    });
  }

  stop(): void {
    void this.carryOut(async () => {
      const { api, name } = this.options;
      this.show(await api.request('POST', ['deployments', name(), 'stop']));
    });
  }

  press(node: string): void {
    this.command({ command: 'press', node });
  }

  send(node: string, msg: JsonObject): void {
    this.command({ command: 'send', node, msg });
  }

  private command(command: JsonObject): void {
    if (this.stream?.send(command)) return;
    this.options.live.say('error', 'The deployment is not connected; deploy the flow first.');
  }

  run(): void {
    this.options.live.say('info', 'A document runs as a deployment: press Deploy.');
  }

  openAsText(): void {
    this.options.openAsText();
  }

  /** The file has another name now, so another deployment is meant. */
  renamed(): void {
    this.disconnect();
    if (this.capabilities.deploy) void this.refresh();
  }

  disconnect(): void {
    this.stream?.close();
    this.stream = null;
    this.streamed = '';
    this.options.live.setBanner('');
  }

  private async refresh(): Promise<void> {
    const { api, name, live } = this.options;
    try {
      const all = await api.request('GET', ['deployments']);
      const list: unknown = isObject(all) ? all['deployments'] : null;
      const found = Array.isArray(list) ? list.filter(isObject) : [];
      const own = found.find(deployment => deployment['name'] === name());
      if (own) this.show(own);
      else live.take(stateFrame(false, 'Not deployed', []));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      live.say('error', error.message);
    }
  }

  private async carryOut(action: () => Promise<void>): Promise<void> {
    const { live } = this.options;
    try {
      live.dismiss();
      await action();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const problems = parseProblems(error.problems);
      if (problems.length > 0) live.take({ ...live.state(), problems });
      live.say('error', error.message);
    }
  }

  private show(deployment: unknown): void {
    if (!isObject(deployment)) return;
    const running = deployment['desired'] === 'running';
    const problems = parseProblems(deployment['problems']);
    this.options.live.take(stateFrame(running, describe(deployment), problems));
    this.open(textOf(deployment['name']) || this.options.name());
  }

  private open(name: string): void {
    if (this.streamed === name) return;
    this.disconnect();
    this.streamed = name;
    const { api, live } = this.options;
    this.stream = new Stream(api, name, {
      onFrame: data => {
        const frame = parseFrame(data);
        if (frame?.kind === 'state') void this.refresh();
        else if (frame) live.take(frame);
      },
      onOpen: () => {
        live.setBanner('');
      },
      onBreak: waitMs => {
        const seconds = Math.round(waitMs / 1000) || 'less than 1';
        live.setBanner(
          'The connection to the deployment broke; it goes on running on the server. ' +
            `Trying again in ${seconds} s. Editing and saving still work.`
        );
      }
    });
  }
}

function stateFrame(
  running: boolean,
  message: string,
  problems: StateFrame['problems']
): StateFrame {
  return { kind: 'state', running, where: 'deployment', problems, message };
}

/** "Running · revision 3 · on worker-1", or why it does not run. */
function describe(deployment: Readonly<Record<string, unknown>>): string {
  const state = textOf(deployment['state']) || 'unknown';
  const revision = deployment['revision'];
  const worker = textOf(deployment['worker']);
  const reason = textOf(deployment['reason']);
  return [
    state.charAt(0).toUpperCase() + state.slice(1),
    typeof revision === 'number' ? `revision ${revision}` : '',
    worker ? `on ${worker}` : '',
    reason
  ]
    .filter(Boolean)
    .join(' · ');
}
