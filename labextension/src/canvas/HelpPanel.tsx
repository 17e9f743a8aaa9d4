/** What the type of the selected node does, and what is wrong with the flow. */

import type { CSSProperties, JSX } from 'react';
import { useEditor, useLive, useSnapshot } from './context.js';
import type { Graph } from './graph.js';
import { Icon } from './icons.js';
import { Markdown } from './Markdown.js';

export function HelpPanel({ graph }: { graph: Graph }): JSX.Element {
  const { store, palette, live, actions } = useEditor();
  const { byId } = useSnapshot(store);
  const problems = useLive(live, view => view.state().problems);
  const [first] = graph.selected;
  const type = palette.get(byId.get(first ?? '')?.type ?? '');
  return (
    <div className="vgd-panel-body" data-testid="help-panel">
      {problems.length > 0 ? (
        <ul className="vgd-problems" aria-label="Problems">
          {problems.map((problem, index) => (
            <li key={index} data-severity={problem.severity}>
              <button
                type="button"
                disabled={!byId.has(problem.node)}
                onClick={() => {
                  actions.reveal(problem.node);
                }}
              >
                {problem.text}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {type ? (
        <>
          <h3
            className="vgd-help-title"
            style={{ '--vgd-node-color': type.color } as CSSProperties}
          >
            <span className="vgd-node-icon">
              <Icon name={type.icon} size={16} />
            </span>
            {type.label}
          </h3>
          <Markdown source={type.help} />
        </>
      ) : (
        <>
          <p className="vgd-quiet">Select a node to read what it does.</p>
          <Shortcuts />
        </>
      )}
    </div>
  );
}

const KEYS: readonly (readonly [string, string])[] = [
  ['Double-click the canvas', 'add a node there'],
  ['Drag from a port into the void', 'add a node at the wire’s end'],
  ['Enter', 'open the node’s form'],
  ['Delete', 'delete what is selected'],
  ['Ctrl+C, X, V', 'copy, cut, paste (Node-RED’s format)'],
  ['Ctrl+D', 'duplicate'],
  ['Ctrl+A', 'select all'],
  ['Ctrl+Z, Ctrl+Shift+Z', 'undo, redo'],
  ['Arrows', 'move what is selected'],
  ['Ctrl+F', 'find a node'],
  ['Shift+drag', 'select with a frame']
];

function Shortcuts(): JSX.Element {
  return (
    <dl className="vgd-keys">
      {KEYS.map(([keys, meaning]) => (
        <div key={keys}>
          <dt>{keys}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
