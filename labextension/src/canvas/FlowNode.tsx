/** A node as it stands on the canvas: box, ports, button, status, counts, errors, picture. */

import { Handle, Position, type NodeProps } from '@xyflow/react';
import { memo, type CSSProperties, type JSX } from 'react';
import { labelOf } from '../model/entry.js';
import { outputLabel } from '../model/palette.js';
import { useEditor, useLive } from './context.js';
import type { CanvasNode, NodeData } from './graph.js';
import { Icon } from './icons.js';
import { NodeButton } from './NodeButton.js';
import { NodeFoot } from './NodeFoot.js';
import { nodeHeight, nodeWidth } from './size.js';

export const FlowNode = memo(function FlowNode({
  id,
  data,
  selected
}: NodeProps<CanvasNode>): JSX.Element {
  const { actions } = useEditor();
  const { entry, type, inputs, outputs } = data;
  const label = labelOf(entry, type?.label);
  const off = entry['d'] === true;
  const names = ['vgd-node'];
  if (selected) names.push('vgd-selected');
  if (off) names.push('vgd-off');
  if (!type) names.push('vgd-unknown');
  if (type?.alignRight) names.push('vgd-right');
  const style = {
    '--vgd-node-color': type?.color ?? 'var(--vgd-border-strong)',
    width: nodeWidth(label),
    height: nodeHeight(outputs)
  } as CSSProperties;
  return (
    <div
      className={names.join(' ')}
      style={style}
      data-testid={`node-${id}`}
      data-node-type={entry.type}
      onDoubleClick={event => {
        event.stopPropagation();
        actions.open(id);
      }}
    >
      {type?.button ? <NodeButton entry={entry} type={type} label={label} /> : null}
      {inputs > 0 ? <Handle type="target" id="in" position={Position.Left} title="input" /> : null}
      <span className="vgd-node-icon">
        <Icon name={type?.icon ?? 'unknown'} size={18} />
      </span>
      <span className="vgd-node-label" title={label}>
        {label}
      </span>
      <Outputs data={data} />
      <Badges id={id} unknown={!type} typeName={entry.type} />
      <NodeFoot id={id} />
    </div>
  );
});

function Outputs({ data }: { data: NodeData }): JSX.Element {
  const { entry, type, outputs } = data;
  return (
    <>
      {Array.from({ length: outputs }, (_, port) => (
        <Handle
          key={port}
          type="source"
          id={`out-${port}`}
          position={Position.Right}
          title={outputLabel(entry, type, port)}
          style={{ top: `${((port + 1) * 100) / (outputs + 1)}%` }}
        />
      ))}
    </>
  );
}

function Badges(props: { id: string; unknown: boolean; typeName: string }): JSX.Element {
  const { live } = useEditor();
  const node = useLive(live, store => store.node(props.id));
  const problems = useLive(live, store => store.problemsOf(props.id));
  const count = Math.max(
    node.received,
    node.sent.reduce((sum, sent) => sum + sent, 0)
  );
  const detail = `${node.received} received, ${node.sent.join(' + ') || '0'} sent`;
  const notes = problems.map(problem => problem.text);
  if (props.unknown) {
    notes.unshift(
      `This installation does not know the node type "${props.typeName}". The node is kept as it ` +
        'is and left out of runs; install the package that brings the type.'
    );
  }
  const errors = node.errors > 0 ? `${node.errors} errors` : '';
  return (
    <span className="vgd-badges">
      {count > 0 ? (
        <span className="vgd-badge" title={detail} data-testid={`count-${props.id}`}>
          {short(count)}
        </span>
      ) : null}
      {notes.length > 0 || errors ? (
        <span
          className={`vgd-badge ${errors || !props.unknown ? 'vgd-badge-error' : 'vgd-badge-warn'}`}
          title={[...notes, errors].filter(Boolean).join('\n')}
          role="img"
          aria-label={[...notes, errors].filter(Boolean).join('. ')}
          data-testid={`problem-${props.id}`}
        >
          {node.errors > 0 ? short(node.errors) : '!'}
        </span>
      ) : null}
    </span>
  );
}

function short(count: number): string {
  if (count < 10_000) return String(count);
  return count < 1_000_000 ? `${Math.floor(count / 1000)}k` : `${(count / 1_000_000).toFixed(1)}M`;
}
