/** The last picture of each node that displayed one. */

import { useLayoutEffect, useRef, useState, type JSX } from 'react';
import { labelOf } from '../model/entry.js';
import { Bundle } from './Bundle.js';
import { useEditor, useLive, useSnapshot } from './context.js';

export function OutputPanel(): JSX.Element {
  const { store, live, palette, actions } = useEditor();
  const { byId } = useSnapshot(store);
  const displays = useLive(live, view => view.displays());
  const body = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(280);
  useLayoutEffect(() => {
    if (body.current) setWidth(Math.max(200, body.current.clientWidth - 24));
  }, []);
  return (
    <div className="vgd-panel-body" ref={body} data-testid="output-panel">
      {displays.map(display => {
        const entry = byId.get(display.node);
        const label = entry ? labelOf(entry, palette.get(entry.type)?.label) : display.node;
        return (
          <section className="vgd-display" key={display.node}>
            <button
              type="button"
              className="vgd-display-name"
              disabled={!entry}
              onClick={() => {
                actions.reveal(display.node);
              }}
            >
              {label}
            </button>
            <Bundle bundle={display.bundle} width={width} height={Math.round(width * 0.62)} />
          </section>
        );
      })}
      {displays.length === 0 ? (
        <p className="vgd-quiet">Pictures that nodes draw (plot, …) appear here.</p>
      ) : null}
    </div>
  );
}
