/** Markdown as React elements: no HTML of the author reaches the page. */

import type { JSX } from 'react';
import { parseMarkdown, type Block, type Inline } from '../model/markdown.js';

export function Markdown({ source }: { source: string }): JSX.Element {
  return (
    <div className="vgd-markdown">
      {parseMarkdown(source).map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { block: Block }): JSX.Element {
  switch (block.kind) {
    case 'heading': {
      const Heading = block.level <= 2 ? 'h4' : 'h5';
      return (
        <Heading>
          <InlineView parts={block.text} />
        </Heading>
      );
    }
    case 'paragraph':
      return (
        <p>
          <InlineView parts={block.text} />
        </p>
      );
    case 'code':
      return (
        <pre>
          <code>{block.text}</code>
        </pre>
      );
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul';
      return (
        <List>
          {block.items.map((item, index) => (
            <li key={index}>
              <InlineView parts={item} />
            </li>
          ))}
        </List>
      );
    }
  }
}

function InlineView({ parts }: { parts: readonly Inline[] }): JSX.Element {
  return (
    <>
      {parts.map((part, index) => (
        <Part key={index} part={part} />
      ))}
    </>
  );
}

function Part({ part }: { part: Inline }): JSX.Element {
  switch (part.kind) {
    case 'text':
      return <>{part.text}</>;
    case 'code':
      return <code>{part.text}</code>;
    case 'strong':
      return <strong>{part.text}</strong>;
    case 'emphasis':
      return <em>{part.text}</em>;
    case 'link':
      return (
        <a href={part.href} target="_blank" rel="noopener noreferrer">
          {part.text}
        </a>
      );
  }
}
