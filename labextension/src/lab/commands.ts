/** The commands of flow documents, with ids `vgd:verb-noun`. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import type { ILauncher } from '@jupyterlab/launcher';
import type { FlowDocument } from './flowDocument.js';
import { flowIcon } from './icon.js';

export const NEW_FLOW = 'vgd:new-flow';
const CATEGORY = 'VisualGridDev';
const EMPTY_FLOW = '[]\n';
const NO_ARGUMENTS = { type: 'object', properties: {} } as const;

export function addCommands(
  app: JupyterFrontEnd,
  tracker: WidgetTracker<FlowDocument>,
  factory: string,
  palette: ICommandPalette | null,
  launcher: ILauncher | null
): void {
  app.commands.addCommand(NEW_FLOW, {
    label: args => (args['isPalette'] === true ? 'New Visual Flow' : 'Visual Flow'),
    caption: 'Create a visual flow',
    icon: flowIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          cwd: { type: 'string', description: 'Folder of the new file' },
          isPalette: { type: 'boolean', description: 'The command palette asks for the label' }
        }
      }
    },
    execute: async args => {
      const { contents } = app.serviceManager;
      const cwd = typeof args['cwd'] === 'string' ? args['cwd'] : '';
      const made = await contents.newUntitled({ path: cwd, type: 'file', ext: '.flow.json' });
      await contents.save(made.path, { type: 'file', format: 'text', content: EMPTY_FLOW });
      return (await app.commands.execute('docmanager:open', {
        path: made.path,
        factory
      })) as unknown;
    }
  });

  const add = (id: string, label: string, act: (document: FlowDocument) => void): void => {
    app.commands.addCommand(id, {
      label,
      describedBy: { args: NO_ARGUMENTS },
      isEnabled: () => tracker.currentWidget !== null,
      execute: () => {
        if (tracker.currentWidget) act(tracker.currentWidget);
      }
    });
    palette?.addItem({ command: id, category: CATEGORY });
  };
  add('vgd:deploy-flow', 'Deploy Flow', document => {
    document.content.host.deploy();
  });
  add('vgd:stop-flow', 'Stop Deployment of Flow', document => {
    document.content.host.stop();
  });
  add('vgd:undo', 'Undo in Flow', document => {
    document.context.model.sharedModel.undo();
  });
  add('vgd:redo', 'Redo in Flow', document => {
    document.context.model.sharedModel.redo();
  });
  tracker.currentChanged.connect(() => {
    app.commands.notifyCommandChanged();
  });

  palette?.addItem({ command: NEW_FLOW, category: CATEGORY, args: { isPalette: true } });
  launcher?.add({ command: NEW_FLOW, category: 'Other', rank: 0 });
}
