/** The buttons above the canvas, and what the run says of itself. */

import { useEffect, useState, type JSX } from 'react';
import { useEditor, useLive, useSnapshot } from './context.js';
import type { Graph } from './graph.js';
import { Icon } from './icons.js';

interface ButtonProps {
  readonly icon: string;
  readonly label: string;
  readonly name: string;
  readonly text?: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly tone?: 'accent' | 'danger';
  /** Something new stands behind the button. */
  readonly news?: boolean;
  readonly onClick: () => void;
}

export function ToolButton(props: ButtonProps): JSX.Element {
  return (
    <button
      type="button"
      className={`vgd-tool${props.tone ? ` vgd-tool-${props.tone}` : ''}`}
      title={props.label}
      aria-label={props.label}
      aria-pressed={props.pressed}
      disabled={props.disabled}
      data-testid={`tool-${props.name}`}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
      {props.news ? <i className="vgd-news" /> : null}
      {props.text ? <span>{props.text}</span> : null}
    </button>
  );
}

export function Toolbar({ graph }: { graph: Graph }): JSX.Element {
  const { store, ui, actions } = useEditor();
  const { canUndo, canRedo } = useSnapshot(store);
  const chosen = graph.selected.size > 0;
  return (
    <div className="vgd-toolbar" role="toolbar" aria-label="Flow">
      <ToolButton
        name="palette"
        icon="palette"
        label="Palette"
        pressed={ui.paletteOpen}
        onClick={() => {
          ui.set({ paletteOpen: !ui.paletteOpen });
        }}
      />
      <RunButtons />
      <span className="vgd-gap" />
      <ToolButton
        name="undo"
        icon="undo"
        label="Undo (Ctrl+Z)"
        disabled={!canUndo}
        onClick={() => {
          store.undo();
        }}
      />
      <ToolButton
        name="redo"
        icon="redo"
        label="Redo (Ctrl+Shift+Z)"
        disabled={!canRedo}
        onClick={() => {
          store.redo();
        }}
      />
      <span className="vgd-gap" />
      <ToolButton
        name="duplicate"
        icon="copy"
        label="Duplicate (Ctrl+D)"
        disabled={!chosen}
        onClick={actions.duplicate}
      />
      <ToolButton
        name="disable"
        icon="power"
        label="Disable or enable"
        disabled={!chosen}
        onClick={actions.disable}
      />
      <ToolButton
        name="delete"
        icon="trash"
        label="Delete (Del)"
        disabled={!chosen && graph.selectedWires.length === 0}
        onClick={actions.remove}
      />
      <span className="vgd-gap" />
      <ToolButton
        name="layout"
        icon="layout"
        label="Arrange automatically"
        onClick={actions.arrange}
      />
      <ToolButton
        name="zoom-out"
        icon="minus"
        label="Zoom out"
        onClick={() => {
          actions.zoom(-1);
        }}
      />
      <ToolButton
        name="zoom-in"
        icon="plus"
        label="Zoom in"
        onClick={() => {
          actions.zoom(1);
        }}
      />
      <ToolButton name="fit" icon="fit" label="Show all (Ctrl+0)" onClick={actions.fit} />
      <ToolButton
        name="minimap"
        icon="map"
        label="Map"
        pressed={ui.minimap}
        onClick={() => {
          ui.set({ minimap: !ui.minimap });
        }}
      />
      <ToolButton
        name="search"
        icon="search"
        label="Find a node (Ctrl+F)"
        onClick={() => {
          ui.set({ chooser: { kind: 'find' } });
        }}
      />
      <span className="vgd-spring" />
      <RunState />
      <PanelButtons />
    </div>
  );
}

function RunButtons(): JSX.Element {
  const { host, live } = useEditor();
  const { running, where } = useLive(live, store => store.state());
  const { run, stop, deploy } = host.capabilities;
  const again = running && where === 'kernel';
  return (
    <>
      {run ? (
        <ToolButton
          name="run"
          icon="run"
          tone="accent"
          label={again ? 'Run again with the changes' : 'Run the flow in the kernel'}
          text={again ? 'Restart' : 'Run'}
          onClick={() => {
            host.run();
          }}
        />
      ) : null}
      {deploy ? (
        <ToolButton
          name="deploy"
          icon="deploy"
          tone="accent"
          label="Deploy this flow: the platform keeps it running"
          text="Deploy"
          onClick={() => {
            host.deploy();
          }}
        />
      ) : null}
      {stop ? (
        <ToolButton
          name="stop"
          icon="stop"
          tone="danger"
          label={where === 'deployment' ? 'Stop the deployment' : 'Stop the run'}
          disabled={!running}
          onClick={() => {
            host.stop();
          }}
        />
      ) : null}
    </>
  );
}

function RunState(): JSX.Element | null {
  const { live } = useEditor();
  const { running, where, message, problems } = useLive(live, store => store.state());
  const errors = problems.filter(problem => problem.severity === 'error').length;
  const place = where === 'deployment' ? 'Deployed' : 'Running';
  const text = message || (running ? place : '');
  if (!text && errors === 0) return null;
  const title = [message, ...problems.map(problem => problem.text)].filter(Boolean).join('\n');
  return (
    <span
      className="vgd-run-state"
      data-running={running}
      data-testid="run-state"
      role="status"
      title={title}
    >
      <i className="vgd-dot" />
      <span>{text}</span>
      {errors > 0 ? <b>{errors === 1 ? '1 problem' : `${errors} problems`}</b> : null}
    </span>
  );
}

const PANELS = [
  { name: 'help', icon: 'info', label: 'Help' },
  { name: 'debug', icon: 'debug', label: 'Debug messages' },
  { name: 'output', icon: 'chart', label: 'Pictures' }
] as const;

function PanelButtons(): JSX.Element {
  const { ui, live } = useEditor();
  const last = useLive(live, store => store.events().at(-1)?.number ?? 0);
  const [seen, setSeen] = useState(0);
  useEffect(() => {
    if (ui.panel === 'debug') setSeen(last);
  }, [ui.panel, last]);
  return (
    <>
      {PANELS.map(panel => (
        <ToolButton
          key={panel.name}
          name={panel.name}
          icon={panel.icon}
          label={panel.label}
          pressed={ui.panel === panel.name}
          news={panel.name === 'debug' && ui.panel !== 'debug' && last > seen}
          onClick={() => {
            ui.set({ panel: ui.panel === panel.name ? null : panel.name });
          }}
        />
      ))}
    </>
  );
}
