/** A list to choose from by typing: nodes to find, or node types to add. */

import { useReactFlow } from '@xyflow/react';
import { useId, useMemo, useState, type CSSProperties, type JSX, type KeyboardEvent } from 'react';
import { isPlaced, labelOf } from '../model/entry.js';
import { categories } from '../model/palette.js';
import { useEditor, useSnapshot } from './context.js';
import { Icon } from './icons.js';
import type { Chooser as Choosing } from './ui.js';

interface Item {
  readonly key: string;
  readonly label: string;
  readonly detail: string;
  readonly color: string;
  readonly icon: string;
}

const SHOWN = 12;

export function Chooser({ choosing }: { choosing: Choosing }): JSX.Element {
  const { ui, actions, palette } = useEditor();
  const flow = useReactFlow();
  const [search, setSearch] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const items = useItems(choosing, search).slice(0, SHOWN);
  const close = (): void => {
    ui.set({ chooser: null });
  };
  const choose = (item: Item | undefined): void => {
    close();
    if (!item) return;
    if (choosing.kind === 'find') {
      actions.reveal(item.key);
      return;
    }
    const id = actions.add(item.key, choosing.at);
    const from = choosing.from;
    if (id && from && (palette.get(item.key)?.inputs ?? 0) > 0) {
      actions.wire({ source: from.node, port: from.port, target: id });
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter') choose(items[at]);
    else if (event.key === 'ArrowDown') setAt(Math.min(at + 1, items.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
    else return;
    event.preventDefault();
  };
  const title = choosing.kind === 'find' ? 'Find a node' : 'Add a node';
  return (
    <div
      className="vgd-chooser"
      role="dialog"
      aria-label={title}
      data-testid="chooser"
      style={placeOf(choosing, flow.flowToScreenPosition)}
      onBlur={event => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <label className="vgd-search">
        <Icon name="search" size={14} />
        <input
          autoFocus
          placeholder={title}
          aria-label={title}
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          data-testid="chooser-search"
          value={search}
          onChange={event => {
            setSearch(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </label>
      <ul id={list} role="listbox" aria-label={title}>
        {items.map((item, index) => (
          <li
            key={item.key}
            role="option"
            aria-selected={index === at}
            style={{ '--vgd-node-color': item.color } as CSSProperties}
            onPointerEnter={() => {
              setAt(index);
            }}
            onPointerDown={event => {
              event.preventDefault();
              choose(item);
            }}
          >
            <span className="vgd-node-icon">
              <Icon name={item.icon} size={14} />
            </span>
            <span>{item.label}</span>
            <small>{item.detail}</small>
          </li>
        ))}
        {items.length === 0 ? <li className="vgd-quiet">Nothing matches.</li> : null}
      </ul>
    </div>
  );
}

function useItems(choosing: Choosing, search: string): Item[] {
  const { store, palette } = useEditor();
  const { entries } = useSnapshot(store);
  return useMemo(() => {
    if (choosing.kind === 'add') {
      return categories(palette, search)
        .flatMap(category => category.types)
        .filter(type => choosing.from === null || type.inputs > 0)
        .map(type => ({ ...type, key: type.type, detail: type.category }));
    }
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    return entries
      .filter(isPlaced)
      .filter(entry => {
        const text = JSON.stringify(entry).toLowerCase();
        return words.every(word => text.includes(word));
      })
      .map(entry => {
        const type = palette.get(entry.type);
        return {
          key: entry.id,
          label: labelOf(entry, type?.label),
          detail: entry.type,
          color: type?.color ?? '#999999',
          icon: type?.icon ?? 'unknown'
        };
      });
  }, [choosing, search, entries, palette]);
}

const WIDTH = 240;
const HEIGHT = 300;

/** Where the wire ended, kept inside the stage; the middle for a search. */
function placeOf(
  choosing: Choosing,
  toScreen: (point: { x: number; y: number }) => { x: number; y: number }
): CSSProperties {
  if (choosing.kind === 'find') return { left: `calc(50% - ${WIDTH / 2}px)`, top: 16 };
  const stage = document.querySelector('.vgd-stage')?.getBoundingClientRect();
  const point = toScreen(choosing.at);
  const inside = (value: number, size: number, room: number): number =>
    Math.max(8, Math.min(value, size - room - 8));
  return {
    left: inside(point.x - (stage?.left ?? 0), stage?.width ?? 800, WIDTH),
    top: inside(point.y - (stage?.top ?? 0), stage?.height ?? 600, HEIGHT)
  };
}
