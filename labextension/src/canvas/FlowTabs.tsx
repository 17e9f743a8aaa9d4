/** The tabs of a flow: switch, add, rename (double click), remove. */

import { useState, type JSX } from 'react';
import { isTab, labelOf, type Entry } from '../model/entry.js';
import { useEditor, useSnapshot } from './context.js';
import { Icon } from './icons.js';

export function FlowTabs(): JSX.Element | null {
  const { store, actions } = useEditor();
  const tabs = useSnapshot(store).entries.filter(isTab);
  if (tabs.length === 0) return null;
  return (
    <div className="vgd-tabs" role="tablist" aria-label="Tabs of the flow">
      {tabs.map(tab => (
        <Tab key={tab.id} tab={tab} only={tabs.length === 1} />
      ))}
      <button
        type="button"
        className="vgd-tab-add"
        title="Add a tab"
        aria-label="Add a tab"
        data-testid="tab-add"
        onClick={actions.addTab}
      >
        <Icon name="plus" size={13} />
      </button>
    </div>
  );
}

function Tab({ tab, only }: { tab: Entry; only: boolean }): JSX.Element {
  const { ui, actions } = useEditor();
  const [draft, setDraft] = useState<string | null>(null);
  const label = labelOf(tab);
  const current = ui.tab === tab.id;
  const finish = (): void => {
    if (draft?.trim() && draft !== label) actions.renameTab(tab.id, draft.trim());
    setDraft(null);
  };
  if (draft !== null) {
    return (
      <input
        className="vgd-tab-name"
        aria-label="Name of the tab"
        data-testid={`tab-name-${tab.id}`}
        value={draft}
        autoFocus
        onChange={event => {
          setDraft(event.target.value);
        }}
        onBlur={finish}
        onKeyDown={event => {
          event.stopPropagation();
          if (event.key === 'Enter') finish();
          if (event.key === 'Escape') setDraft(null);
        }}
      />
    );
  }
  return (
    <span className="vgd-tab" data-current={current}>
      <button
        type="button"
        role="tab"
        aria-selected={current}
        title="Double-click to rename"
        data-testid={`tab-${tab.id}`}
        onClick={() => {
          ui.set({ tab: tab.id });
        }}
        onDoubleClick={() => {
          setDraft(label);
        }}
        onKeyDown={event => {
          if (event.key === 'F2') setDraft(label);
        }}
      >
        {label}
      </button>
      {current && !only ? (
        <button
          type="button"
          className="vgd-tab-close"
          title="Delete the tab with all its nodes"
          aria-label={`Delete ${label}`}
          data-testid={`tab-close-${tab.id}`}
          onClick={() => {
            actions.removeTab(tab.id);
          }}
        >
          <Icon name="close" size={11} />
        </button>
      ) : null}
    </span>
  );
}
