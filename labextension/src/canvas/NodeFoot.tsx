/** What stands below a node: its status, and the picture that it last displayed. */

import { useState, type JSX } from 'react';
import { Bundle } from './Bundle.js';
import { useEditor, useLive } from './context.js';
import { Icon } from './icons.js';

export function NodeFoot({ id }: { id: string }): JSX.Element | null {
  const { live } = useEditor();
  const status = useLive(live, store => store.node(id).status);
  const display = useLive(live, store => store.display(id));
  const [folded, setFolded] = useState(false);
  if (!status && !display) return null;
  return (
    <div className="vgd-foot nodrag">
      {status ? (
        <span className="vgd-status" data-testid={`status-${id}`}>
          {status.shape ? (
            <i className={`vgd-mark vgd-mark-${status.shape}`} data-fill={status.fill} />
          ) : null}
          {status.text}
        </span>
      ) : null}
      {display ? (
        <div className="vgd-preview" data-testid={`preview-${id}`}>
          <button
            type="button"
            className="vgd-fold"
            aria-expanded={!folded}
            aria-label={folded ? 'Show the picture' : 'Hide the picture'}
            onClick={() => {
              setFolded(!folded);
            }}
          >
            <Icon name={folded ? 'right' : 'down'} size={10} />
          </button>
          {folded ? null : <Bundle bundle={display.bundle} width={200} height={104} small />}
        </div>
      ) : null}
    </div>
  );
}
