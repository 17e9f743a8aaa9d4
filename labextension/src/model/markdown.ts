/** The Markdown of help texts as data: the canvas draws it without any HTML of the author. */

export type Inline =
  | { readonly kind: 'text' | 'code' | 'strong' | 'emphasis'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly text: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'list';
      readonly ordered: boolean;
      readonly items: readonly (readonly Inline[])[];
    };

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;

export function parseMarkdown(source: string): Block[] {
  const lines = source.replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (line.trim() === '') {
      at += 1;
    } else if (/^\s*```/.test(line)) {
      const end = lines.findIndex((text, index) => index > at && /^\s*```/.test(text));
      const stop = end < 0 ? lines.length : end;
      blocks.push({ kind: 'code', text: dedent(lines.slice(at + 1, stop)) });
      at = stop + 1;
    } else if (/^ {4}\S/.test(line)) {
      const stop = until(lines, at, text => !/^( {4}|\s*$)/.test(text));
      blocks.push({ kind: 'code', text: dedent(lines.slice(at, stop)).trimEnd() });
      at = stop;
    } else if (heading) {
      blocks.push({
        kind: 'heading',
        level: (heading[1] ?? '#').length,
        text: parseInline(heading[2] ?? '')
      });
      at += 1;
    } else if (ITEM.test(line)) {
      const stop = until(lines, at, text => text.trim() === '');
      blocks.push(parseList(lines.slice(at, stop)));
      at = stop;
    } else {
      const stop = until(
        lines,
        at + 1,
        text => text.trim() === '' || ITEM.test(text) || /^(#{1,6}\s|\s*```)/.test(text)
      );
      const text = lines.slice(at, stop).map(part => part.trim());
      blocks.push({ kind: 'paragraph', text: parseInline(text.join(' ')) });
      at = stop;
    }
  }
  return blocks;
}

function until(lines: readonly string[], from: number, ends: (line: string) => boolean): number {
  const index = lines.findIndex((line, position) => position >= from && ends(line));
  return index < 0 ? lines.length : index;
}

function dedent(lines: readonly string[]): string {
  const margins = lines.filter(line => line.trim()).map(line => line.search(/\S/));
  const margin = Math.min(...margins, 99);
  return lines.map(line => line.slice(margin)).join('\n');
}

function parseList(lines: readonly string[]): Block {
  const items: string[] = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item) items.push(item[2] ?? '');
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  const ordered = ITEM.exec(lines[0] ?? '')?.[1] !== undefined;
  return { kind: 'list', ordered, items: items.map(parseInline) };
}

const INLINE =
  /(`+)(.+?)\1|\*\*(.+?)\*\*|\*([^*\s][^*]*)\*|\b_([^_]+)_\b|\[([^\]]+)\]\((https?:[^)\s]+)\)/g;

export function parseInline(source: string): Inline[] {
  const parts: Inline[] = [];
  let at = 0;
  for (const match of source.matchAll(INLINE)) {
    if (match.index > at) parts.push({ kind: 'text', text: source.slice(at, match.index) });
    const [whole, , code, strong, star, underscore, label, href] = match;
    if (code !== undefined) parts.push({ kind: 'code', text: code });
    else if (strong !== undefined) parts.push({ kind: 'strong', text: strong });
    else if (label !== undefined && href !== undefined) {
      parts.push({ kind: 'link', text: label, href });
    } else parts.push({ kind: 'emphasis', text: star ?? underscore ?? '' });
    at = match.index + whole.length;
  }
  if (at < source.length) parts.push({ kind: 'text', text: source.slice(at) });
  return parts;
}
