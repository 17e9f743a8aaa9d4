/** The content of a flow document: the canvas, once the file is read. */

import { ReactWidget, type IThemeManager } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { JSX } from 'react';
import { FlowEditor } from '../canvas/FlowEditor.js';
import { parseEntries } from '../model/parse.js';
import { Live } from '../model/live.js';
import type { Palette } from '../model/palette.js';
import type { Api } from './api.js';
import { DeploymentHost } from './deployment.js';
import type { FlowModel } from './flowModel.js';

export interface PanelSettings {
  readonly minimap: boolean;
  readonly paletteOpen: boolean;
}

export interface PanelOptions {
  readonly context: DocumentRegistry.IContext<FlowModel>;
  readonly api: Api;
  readonly themes: IThemeManager | null;
  readonly settings: PanelSettings;
  palette(): Promise<Palette>;
  openAsText(): void;
}

const EMPTY: Palette = new Map();

export class FlowPanel extends ReactWidget {
  readonly host: DeploymentHost;
  private readonly live = new Live(callback => requestAnimationFrame(callback));
  private palette: Palette = EMPTY;
  private ready = false;

  constructor(private readonly options: PanelOptions) {
    super();
    this.addClass('vgd-doc');
    const { context } = options;
    this.host = new DeploymentHost({
      api: options.api,
      live: this.live,
      title: PathExt.basename(context.path),
      name: () => deploymentName(context.path),
      flow: () => parseEntries(context.model.toString()),
      openAsText: () => {
        options.openAsText();
      },
      onChange: () => {
        this.update();
      }
    });
    options.themes?.themeChanged.connect(this.update, this);
    context.pathChanged.connect(this.onRenamed, this);
    void context.ready.then(() => {
      this.ready = true;
      this.update();
      return this.connect();
    });
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.options.themes?.themeChanged.disconnect(this.update, this);
    this.options.context.pathChanged.disconnect(this.onRenamed, this);
    this.host.disconnect();
    super.dispose();
  }

  protected override onActivateRequest(): void {
    this.node.querySelector<HTMLElement>('.vgd-editor')?.focus({ preventScroll: true });
  }

  protected override render(): JSX.Element {
    if (!this.ready) return <p className="vgd-loading">Reading the flow…</p>;
    const { themes, settings, context } = this.options;
    const dark = themes?.theme ? !themes.isLight(themes.theme) : false;
    return (
      <FlowEditor
        store={context.model.sharedModel.flow}
        live={this.live}
        palette={this.palette}
        host={this.host}
        dark={dark}
        initial={settings}
      />
    );
  }

  private async connect(): Promise<void> {
    try {
      this.palette = await this.options.palette();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.live.setBanner(
        `The VisualGridDev server extension does not answer: ${reason} Editing and saving work; ` +
          'node types and deployments need it. Enable it with ' +
          '`jupyter server extension enable vgd_server`, start the server again and reload.'
      );
      return;
    }
    if (this.isDisposed) return;
    this.update();
    await this.host.connect();
  }

  private onRenamed(): void {
    this.host.renamed();
  }
}

/** `flows/first.flow.json` is deployed as `first`. */
export function deploymentName(path: string): string {
  return PathExt.basename(path).replace(/(\.flow)?\.json$/, '');
}
