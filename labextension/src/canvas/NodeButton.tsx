/** The button at the end of a node: sends a message (inject), or switches it on and off (debug). */

import type { JSX } from 'react';
import type { Entry } from '../model/entry.js';
import type { NodeType } from '../model/palette.js';
import { useEditor, useLive } from './context.js';
import { Icon } from './icons.js';

interface ButtonProps {
  readonly entry: Entry;
  readonly type: NodeType;
  readonly label: string;
}

export function NodeButton(props: ButtonProps): JSX.Element {
  return props.type.button === 'toggle' ? <Toggle {...props} /> : <Press {...props} />;
}

function Press({ entry, type, label }: ButtonProps): JSX.Element {
  const { host, live } = useEditor();
  const { running } = useLive(live, store => store.state());
  const able = host.capabilities.press && (running || host.capabilities.run);
  return (
    <button
      type="button"
      className={classOf(type)}
      title={able ? `Press ${label}` : 'The flow does not run: start it first.'}
      aria-label={`Press ${label}`}
      data-testid={`press-${entry.id}`}
      disabled={!able}
      onClick={event => {
        event.stopPropagation();
        host.press(entry.id);
      }}
      onDoubleClick={event => {
        event.stopPropagation();
      }}
    >
      <Icon name="press" size={11} />
    </button>
  );
}

/** The state is the field `active`, as in Node-RED; a running node is told at once. */
function Toggle({ entry, type, label }: ButtonProps): JSX.Element {
  const { host, live, actions } = useEditor();
  const { running } = useLive(live, store => store.state());
  const active = entry['active'] !== false;
  return (
    <button
      type="button"
      className={classOf(type)}
      title={active ? `Switch ${label} off` : `Switch ${label} on`}
      aria-label={`${label} is on`}
      aria-pressed={active}
      data-testid={`press-${entry.id}`}
      onClick={event => {
        event.stopPropagation();
        actions.save(entry.id, { active: !active });
        if (running) host.send(entry.id, { __debug_active__: !active });
      }}
      onDoubleClick={event => {
        event.stopPropagation();
      }}
    >
      <Icon name={active ? 'on' : 'off'} size={11} />
    </button>
  );
}

function classOf(type: NodeType): string {
  return `vgd-press nodrag${type.alignRight ? ' vgd-press-right' : ''}`;
}
