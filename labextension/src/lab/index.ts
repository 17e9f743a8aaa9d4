/** The JupyterLab plug-in: opens `*.flow.json` as a canvas. */

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, IThemeManager, WidgetTracker } from '@jupyterlab/apputils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { ILauncher } from '@jupyterlab/launcher';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { isObject } from '../model/entry.js';
import { parsePalette, type Palette } from '../model/palette.js';
import { Api } from './api.js';
import { ICollaborativeContentProvider } from './collaboration.js';
import { addCommands } from './commands.js';
import { FlowDocumentFactory, type FlowDocument } from './flowDocument.js';
import { FlowModelFactory } from './flowModel.js';
import type { PanelSettings } from './FlowPanel.js';
import { flowIcon } from './icon.js';
import { SharedFlow } from './sharedFlow.js';

const PLUGIN = '@visualgriddev/labextension:plugin';
const FACTORY = 'Visual Flow';

/** Name of the file type, of the model's content type and of the server's twin (entry point). */
const FLOW = 'vgdflow';

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN,
  description: 'Opens flow files as a canvas, and deploys them.',
  autoStart: true,
  optional: [
    ICommandPalette,
    ILauncher,
    ILayoutRestorer,
    IThemeManager,
    ISettingRegistry,
    ICollaborativeContentProvider
  ],
  activate: (
    app: JupyterFrontEnd,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    restorer: ILayoutRestorer | null,
    themes: IThemeManager | null,
    registry: ISettingRegistry | null,
    collaboration: ICollaborativeContentProvider | null
  ) => {
    const contentType = collaboration ? FLOW : 'file';
    collaboration?.sharedModelFactory.registerDocumentFactory(contentType, () =>
      SharedFlow.create()
    );
    // the file type keeps the content type "file": the file browser filters by it
    app.docRegistry.addFileType({
      name: FLOW,
      displayName: 'Visual flow',
      mimeTypes: ['application/vnd.vgd.flow+json'],
      extensions: ['.flow.json'],
      fileFormat: 'text',
      icon: flowIcon
    });
    app.docRegistry.addModelFactory(new FlowModelFactory(contentType));

    const api = new Api(app.serviceManager.serverSettings);
    const settings = readSettings(registry);
    const fetchPalette = cachedPalette(api);
    const factory = new FlowDocumentFactory(
      {
        name: FACTORY,
        modelName: 'vgd-flow-model',
        fileTypes: [FLOW],
        defaultFor: [FLOW],
        ...(collaboration ? { contentProviderId: 'rtc' } : {})
      },
      () => ({
        api,
        themes,
        settings: settings(),
        palette: fetchPalette,
        openAsText: async document => {
          const { path } = document.context;
          // one view at a time: two views of one shared document do not save properly
          await document.context.ready;
          document.close();
          await app.commands.execute('docmanager:open', { path, factory: 'Editor' });
        }
      })
    );
    const tracker = new WidgetTracker<FlowDocument>({ namespace: 'vgd-flow' });
    void restorer?.restore(tracker, {
      command: 'docmanager:open',
      args: ({ context }) => ({ path: context.path, factory: FACTORY }),
      name: ({ context }) => context.path
    });
    factory.widgetCreated.connect((_factory, document) => {
      document.title.icon = flowIcon;
      document.context.pathChanged.connect(() => void tracker.save(document));
      void tracker.add(document);
    });
    // its optional `contentProviderId` is typed as present but undefined
    app.docRegistry.addWidgetFactory(factory as DocumentRegistry.WidgetFactory);
    addCommands(app, tracker, FACTORY, palette, launcher);
  }
};

/** The palette, asked for once; after a failure the next document asks again. */
function cachedPalette(api: Api): () => Promise<Palette> {
  let pending: Promise<Palette> | null = null;
  return () => {
    pending ??= api
      .request('GET', ['palette'])
      .then(data => parsePalette(isObject(data) ? data['types'] : data))
      .catch((error: unknown) => {
        pending = null;
        throw error;
      });
    return pending;
  };
}

function readSettings(registry: ISettingRegistry | null): () => PanelSettings {
  let settings: PanelSettings = { minimap: false, paletteOpen: true };
  void registry?.load(PLUGIN).then(loaded => {
    const read = (): void => {
      settings = {
        minimap: loaded.get('minimap').composite === true,
        paletteOpen: loaded.get('paletteOpen').composite !== false
      };
    };
    read();
    loaded.changed.connect(read);
  });
  return () => settings;
}

export default plugin;
