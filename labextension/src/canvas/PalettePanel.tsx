/** The palette: node types by category, to drag or to add by keyboard. */

import { useMemo, useState, type CSSProperties, type JSX } from 'react';
import { categories, type NodeType } from '../model/palette.js';
import { useEditor } from './context.js';
import { Icon } from './icons.js';

/** Marks a drag that carries a node type. */
export const NODE_TYPE_MIME = 'application/x-vgd-node-type';

export function PalettePanel(): JSX.Element {
  const { palette } = useEditor();
  const [search, setSearch] = useState('');
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const found = useMemo(() => categories(palette, search), [palette, search]);
  const toggle = (name: string): void => {
    setClosed(old => {
      const next = new Set(old);
      if (!next.delete(name)) next.add(name);
      return next;
    });
  };
  return (
    <aside className="vgd-palette" aria-label="Palette" data-testid="palette">
      <label className="vgd-search">
        <Icon name="search" size={14} />
        <input
          type="search"
          placeholder="Filter nodes"
          aria-label="Filter nodes"
          data-testid="palette-search"
          value={search}
          onChange={event => {
            setSearch(event.target.value);
          }}
        />
      </label>
      <div className="vgd-palette-list">
        {found.map(category => {
          const open = search !== '' || !closed.has(category.name);
          return (
            <section key={category.name}>
              <button
                type="button"
                className="vgd-category"
                aria-expanded={open}
                data-testid={`category-${category.name}`}
                onClick={() => {
                  toggle(category.name);
                }}
              >
                <Icon name={open ? 'down' : 'right'} size={12} />
                {category.name}
              </button>
              {open ? category.types.map(type => <Item key={type.type} type={type} />) : null}
            </section>
          );
        })}
        {found.length === 0 ? (
          <p className="vgd-quiet">
            {palette.size === 0
              ? 'There are no node types: the palette has not come yet.'
              : `No node type matches “${search}”.`}
          </p>
        ) : null}
      </div>
    </aside>
  );
}

function Item({ type }: { type: NodeType }): JSX.Element {
  const { actions } = useEditor();
  const add = (): void => {
    actions.add(type.type);
  };
  return (
    <div
      className={`vgd-palette-item${type.alignRight ? ' vgd-right' : ''}`}
      style={{ '--vgd-node-color': type.color } as CSSProperties}
      role="button"
      tabIndex={0}
      draggable
      title={firstSentence(type.help)}
      aria-label={`Add ${type.label}`}
      data-testid={`palette-${type.type}`}
      onDragStart={event => {
        event.dataTransfer.setData(NODE_TYPE_MIME, type.type);
        event.dataTransfer.effectAllowed = 'copy';
      }}
      onDoubleClick={add}
      onKeyDown={event => {
        if (event.key !== 'Enter') return;
        event.stopPropagation();
        add();
      }}
    >
      <span className="vgd-node-icon">
        <Icon name={type.icon} size={15} />
      </span>
      <span className="vgd-node-label">{type.label}</span>
    </div>
  );
}

function firstSentence(help: string): string {
  return help.split(/\n\n|(?<=\.)\s/, 1)[0]?.replace(/[`*]/g, '') ?? '';
}
