/**
 * Sizes of nodes: multiples of twice the grid, so that a node whose centre is on the grid has its
 * edges there too, and moving by the grid keeps both.
 */

const STEP = 20;
const LOWEST = 40;
const NARROWEST = 100;
const WIDEST = 240;

/** Icon, paddings and border beside the label. */
const BESIDE_LABEL = 58;
const PORT_STEP = 16;

/** Width of a character where there is nothing to measure with. */
const CHARACTER = 7.2;

let context: CanvasRenderingContext2D | null | undefined;
const widths = new Map<string, number>();

const stepped = (size: number): number => Math.ceil(size / STEP) * STEP;

export function nodeHeight(outputs: number): number {
  return Math.max(LOWEST, stepped(8 + PORT_STEP * outputs));
}

export function nodeWidth(label: string): number {
  const known = widths.get(label);
  if (known !== undefined) return known;
  const width = Math.min(WIDEST, Math.max(NARROWEST, stepped(textWidth(label) + BESIDE_LABEL)));
  widths.set(label, width);
  return width;
}

function textWidth(text: string): number {
  if (context === undefined) {
    context = document.createElement('canvas').getContext('2d');
    const family = getComputedStyle(document.body).getPropertyValue('--jp-ui-font-family');
    if (context) context.font = `13px ${family || 'system-ui, sans-serif'}`;
  }
  return context?.measureText(text).width ?? text.length * CHARACTER;
}
