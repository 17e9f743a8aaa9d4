/** The panel at the right: a node's form, help, debug messages or pictures. */

import type { JSX } from 'react';
import { useEditor, useSnapshot } from './context.js';
import { DebugPanel } from './DebugPanel.js';
import { NodeForm } from './form/NodeForm.js';
import type { Graph } from './graph.js';
import { HelpPanel } from './HelpPanel.js';
import { Icon } from './icons.js';
import { OutputPanel } from './OutputPanel.js';

const TITLES = { form: 'Edit', help: 'Help', debug: 'Debug', output: 'Pictures' } as const;

export function Sidebar({ graph }: { graph: Graph }): JSX.Element | null {
  const { ui, store } = useEditor();
  const { byId } = useSnapshot(store);
  if (!ui.panel) return null;
  const editing = ui.editing ? byId.get(ui.editing) : undefined;
  const title = ui.panel === 'form' && editing ? `Edit ${editing.type}` : TITLES[ui.panel];
  return (
    <aside className="vgd-sidebar" aria-label={title} data-testid="sidebar">
      <header className="vgd-panel-head">
        <h2>{title}</h2>
        <button
          type="button"
          className="vgd-tool"
          title="Close"
          aria-label="Close the panel"
          data-testid="sidebar-close"
          onClick={() => {
            ui.set({ panel: null, editing: null });
          }}
        >
          <Icon name="close" size={14} />
        </button>
      </header>
      {ui.panel === 'form' ? (
        editing ? (
          <NodeForm key={editing.id} entry={editing} />
        ) : (
          <p className="vgd-quiet">The node is no longer there.</p>
        )
      ) : null}
      {ui.panel === 'help' ? <HelpPanel graph={graph} /> : null}
      {ui.panel === 'debug' ? <DebugPanel /> : null}
      {ui.panel === 'output' ? <OutputPanel /> : null}
    </aside>
  );
}
