/** Debug messages and log lines of the run, newest last; a click on a name shows the node. */

import { useEffect, useMemo, useRef, useState, type JSX } from 'react';
import { labelOf } from '../model/entry.js';
import type { DebugEvent, LogEvent } from '../model/frames.js';
import type { NumberedEvent } from '../model/live.js';
import { useEditor, useLive, useSnapshot } from './context.js';
import { ToolButton } from './Toolbar.js';
import { ValueTree } from './ValueTree.js';

export function DebugPanel(): JSX.Element {
  const { live } = useEditor();
  const events = useLive(live, store => store.events());
  const [frozen, setFrozen] = useState<readonly NumberedEvent[] | null>(null);
  const [filter, setFilter] = useState('');
  const end = useRef<HTMLDivElement>(null);
  const follow = useRef(true);
  const shown = useMemo(() => matching(frozen ?? events, filter), [frozen, events, filter]);
  useEffect(() => {
    const list = end.current?.parentElement;
    if (list && follow.current) list.scrollTop = list.scrollHeight;
  }, [shown]);
  return (
    <>
      <div className="vgd-panel-tools">
        <input
          type="search"
          placeholder="Filter"
          aria-label="Filter messages"
          data-testid="debug-filter"
          value={filter}
          onChange={event => {
            setFilter(event.target.value);
          }}
        />
        <ToolButton
          name="debug-pause"
          icon={frozen ? 'run' : 'pause'}
          label={frozen ? 'Go on showing new messages' : 'Pause: keep what is shown'}
          pressed={frozen !== null}
          onClick={() => {
            setFrozen(frozen ? null : events);
          }}
        />
        <ToolButton
          name="debug-clear"
          icon="trash"
          label="Clear the messages"
          onClick={() => {
            live.clear();
            setFrozen(null);
          }}
        />
      </div>
      <div
        className="vgd-panel-body vgd-log"
        role="log"
        aria-label="Debug messages"
        data-testid="debug-panel"
        tabIndex={0}
        onScroll={event => {
          const list = event.currentTarget;
          follow.current = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
        }}
      >
        {shown.map(({ number, event }) =>
          event.kind === 'debug' ? (
            <DebugLine key={number} event={event} />
          ) : event.kind === 'log' ? (
            <LogLine key={number} event={event} />
          ) : null
        )}
        {shown.length === 0 ? (
          <p className="vgd-quiet">
            {filter
              ? `No message holds “${filter}”.`
              : 'Messages that reach a debug node appear here.'}
          </p>
        ) : null}
        <div ref={end} />
      </div>
    </>
  );
}

function matching(events: readonly NumberedEvent[], filter: string): readonly NumberedEvent[] {
  const needle = filter.toLowerCase();
  if (!needle) return events;
  return events.filter(({ event }) => JSON.stringify(event).toLowerCase().includes(needle));
}

function Head(props: {
  readonly node: string;
  readonly name: string;
  readonly time: number;
  readonly detail: string;
}): JSX.Element {
  const { store, palette, actions } = useEditor();
  const entry = useSnapshot(store).byId.get(props.node);
  const label = props.name || (entry ? labelOf(entry, palette.get(entry.type)?.label) : 'flow');
  return (
    <header>
      <time>{clock(props.time)}</time>
      <button
        type="button"
        disabled={!entry}
        title="Show the node"
        onClick={() => {
          actions.reveal(props.node);
        }}
      >
        {label}
      </button>
      <span>{props.detail}</span>
    </header>
  );
}

function DebugLine({ event }: { event: DebugEvent }): JSX.Element {
  return (
    <article className="vgd-line-item" data-testid="debug-message">
      <Head node={event.node} name={event.name} time={event.time} detail={event.property} />
      <ValueTree value={event.value} />
    </article>
  );
}

function LogLine({ event }: { event: LogEvent }): JSX.Element {
  return (
    <article className="vgd-line-item" data-level={event.level} data-testid="log-line">
      <Head node={event.node} name="" time={event.time} detail={event.level} />
      <pre className="vgd-plain">{event.text}</pre>
    </article>
  );
}

function clock(time: number): string {
  const date = new Date(time * 1000);
  const millis = String(date.getMilliseconds()).padStart(3, '0');
  return `${date.toLocaleTimeString(undefined, { hour12: false })}.${millis}`;
}
