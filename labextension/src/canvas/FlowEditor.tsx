/** The whole canvas: toolbar, palette, stage, panels. Both hosts draw this and nothing else. */

import { ReactFlowProvider } from '@xyflow/react';
import { useMemo, useRef, type ClipboardEvent, type JSX } from 'react';
import { clipboardText, pastedEntries } from '../model/clipboard.js';
import { isPlaced, isTab, tabOf } from '../model/entry.js';
import type { FlowStore } from '../model/flow.js';
import type { LiveStore } from '../model/live.js';
import type { Palette } from '../model/palette.js';
import { useActions } from './actions.js';
import { BrokenFlow } from './BrokenFlow.js';
import { Chooser } from './Chooser.js';
import { EditorContext, useSnapshot } from './context.js';
import { FlowTabs } from './FlowTabs.js';
import { useGraph } from './graph.js';
import type { Host } from './host.js';
import { Messages } from './Messages.js';
import { PalettePanel } from './PalettePanel.js';
import { handleKey, isTyping } from './shortcuts.js';
import { Sidebar } from './Sidebar.js';
import { Stage } from './Stage.js';
import { Toolbar } from './Toolbar.js';
import { useUi, type UiState } from './ui.js';

export interface FlowEditorProps {
  readonly store: FlowStore;
  readonly live: LiveStore;
  readonly palette: Palette;
  readonly host: Host;
  readonly dark: boolean;
  readonly initial?: Partial<UiState>;
}

export function FlowEditor(props: FlowEditorProps): JSX.Element {
  const { broken } = useSnapshot(props.store);
  if (broken !== null) return <BrokenFlow text={broken} host={props.host} dark={props.dark} />;
  return (
    <ReactFlowProvider>
      <Inner {...props} />
    </ReactFlowProvider>
  );
}

function Inner({ store, live, palette, host, dark, initial }: FlowEditorProps): JSX.Element {
  const snapshot = useSnapshot(store);
  const ui = useUi(initial ?? {});
  const root = useRef<HTMLDivElement>(null);
  const tab = currentTab(snapshot.entries, ui.tab);
  const graph = useGraph(store, snapshot, palette, tab);
  const view = useMemo(() => ({ ...ui, tab }), [ui, tab]);
  const actions = useActions({ store, snapshot, palette, live, graph, ui: view });
  const editor = useMemo(
    () => ({ store, live, palette, host, ui: view, actions }),
    [store, live, palette, host, view, actions]
  );
  const onCopy = (event: ClipboardEvent): void => {
    const entries = actions.selectedEntries();
    if (isTyping(event.target) || entries.length === 0 || window.getSelection()?.toString()) return;
    event.clipboardData.setData('text/plain', clipboardText(entries));
    event.preventDefault();
    event.stopPropagation();
    if (event.type === 'cut') actions.remove();
  };
  const onPaste = (event: ClipboardEvent): void => {
    if (isTyping(event.target)) return;
    const entries = pastedEntries(event.clipboardData.getData('text/plain'));
    event.stopPropagation();
    if (entries) actions.paste(entries);
    else live.say('error', 'The clipboard holds no flow; expected nodes copied from a flow.');
  };

  return (
    <EditorContext.Provider value={editor}>
      <div
        ref={root}
        className="vgd-editor"
        data-theme={dark ? 'dark' : 'light'}
        data-testid="flow-editor"
        {...(host.keepKeys ? { 'data-lm-suppress-shortcuts': 'true' } : {})}
        role="application"
        aria-label={host.title ? `Flow ${host.title}` : 'Flow'}
        tabIndex={-1}
        onKeyDown={event => {
          const used = handleKey(event, { store, actions, graph, ui: view });
          if (used) {
            event.preventDefault();
            if (event.key === 'Escape') root.current?.focus();
          }
          if (used || host.keepKeys) event.stopPropagation();
        }}
        onCopy={onCopy}
        onCut={onCopy}
        onPaste={onPaste}
        onPointerDown={event => {
          const target = event.target as Element;
          if (target.closest('.vgd-stage') && !target.closest('.react-flow__node, .vgd-chooser')) {
            root.current?.focus({ preventScroll: true });
          }
        }}
      >
        <Toolbar graph={graph} />
        <div className="vgd-body">
          {view.paletteOpen ? <PalettePanel /> : null}
          <main className="vgd-main">
            <FlowTabs />
            <Stage graph={graph} dark={dark} />
            <Messages />
            {view.chooser ? <Chooser choosing={view.chooser} /> : null}
          </main>
          <Sidebar graph={graph} />
        </div>
      </div>
    </EditorContext.Provider>
  );
}

/** The tab that is shown: the chosen one while it is there, else the first that is drawn. */
function currentTab(entries: FlowEntries, chosen: string): string {
  const tabs = entries.filter(isTab);
  if (tabs.some(tab => tab.id === chosen)) return chosen;
  const [first] = tabs;
  if (first) return first.id;
  const placed = entries.find(isPlaced);
  return placed ? tabOf(placed) : '';
}

type FlowEntries = ReturnType<FlowStore['getSnapshot']>['entries'];
