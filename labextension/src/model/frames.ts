/** The live frames of a run (same JSON over the kernel's comm and the server's WebSocket). */

import { isObject, textOf } from './entry.js';

export interface NodeStatus {
  readonly fill: string;
  readonly shape: string;
  readonly text: string;
}

export interface NodeLive {
  readonly received: number;
  readonly sent: readonly number[];
  readonly errors: number;
  readonly status: NodeStatus | null;
}

export interface DebugEvent {
  readonly kind: 'debug';
  readonly node: string;
  readonly name: string;
  readonly property: string;
  readonly value: unknown;
  readonly msg: unknown;
  readonly time: number;
}

export interface LogEvent {
  readonly kind: 'log';
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly node: string;
  readonly text: string;
  readonly time: number;
}

export interface DisplayEvent {
  readonly kind: 'display';
  readonly node: string;
  readonly bundle: Readonly<Record<string, unknown>>;
  readonly time: number;
}

export type RunEvent = DebugEvent | LogEvent | DisplayEvent;

export interface ProblemNote {
  readonly severity: 'error' | 'warning';
  readonly node: string;
  readonly field: string;
  readonly text: string;
}

export interface LiveFrame {
  readonly kind: 'live';
  readonly nodes: Readonly<Record<string, Partial<NodeLive>>>;
  readonly events: readonly RunEvent[];
  /** The frame repeats what this view may have seen already. */
  readonly replay: boolean;
}

export interface StateFrame {
  readonly kind: 'state';
  readonly running: boolean;
  readonly where: 'kernel' | 'deployment';
  readonly problems: readonly ProblemNote[];
  readonly message: string;
}

export interface NoticeFrame {
  readonly kind: 'notice';
  readonly level: 'error' | 'info';
  readonly message: string;
}

export type Frame = LiveFrame | StateFrame | NoticeFrame;

/** Reads a frame; null for what is none (a newer kernel may say more than this view knows). */
export function parseFrame(data: unknown): Frame | null {
  if (!isObject(data)) return null;
  switch (data['kind']) {
    case 'live':
      return {
        kind: 'live',
        nodes: parseNodes(data['nodes']),
        events: list(data['events'])
          .map(parseEvent)
          .filter(event => event !== null),
        replay: data['replay'] === true
      };
    case 'state':
      return {
        kind: 'state',
        running: data['running'] === true,
        where: data['where'] === 'deployment' ? 'deployment' : 'kernel',
        problems: parseProblems(data['problems']),
        message: textOf(data['message'])
      };
    case 'notice':
      return {
        kind: 'notice',
        level: data['level'] === 'error' ? 'error' : 'info',
        message: textOf(data['message'])
      };
    default:
      return null;
  }
}

export function parseProblems(data: unknown): ProblemNote[] {
  return list(data)
    .filter(isObject)
    .map(item => ({
      severity: item['severity'] === 'warning' ? 'warning' : 'error',
      node: textOf(item['node']),
      field: textOf(item['field']),
      text: textOf(item['text'])
    }));
}

function list(data: unknown): readonly unknown[] {
  return Array.isArray(data) ? data : [];
}

function count(data: unknown): number {
  return typeof data === 'number' && data >= 0 ? data : 0;
}

function parseNodes(data: unknown): Record<string, Partial<NodeLive>> {
  if (!isObject(data)) return {};
  const nodes: Record<string, Partial<NodeLive>> = {};
  for (const [id, node] of Object.entries(data)) if (isObject(node)) nodes[id] = parseNode(node);
  return nodes;
}

function parseNode(node: Record<string, unknown>): Partial<NodeLive> {
  return {
    ...('received' in node ? { received: count(node['received']) } : {}),
    ...('sent' in node ? { sent: list(node['sent']).map(count) } : {}),
    ...('errors' in node ? { errors: count(node['errors']) } : {}),
    ...('status' in node ? { status: parseStatus(node['status']) } : {})
  };
}

function parseStatus(data: unknown): NodeStatus | null {
  if (!isObject(data)) return null;
  const status = {
    fill: textOf(data['fill']),
    shape: textOf(data['shape']),
    text: textOf(data['text'])
  };
  return status.fill || status.shape || status.text ? status : null;
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

function parseEvent(data: unknown): RunEvent | null {
  if (!isObject(data)) return null;
  const node = textOf(data['node']);
  const time = typeof data['time'] === 'number' ? data['time'] : 0;
  switch (data['kind']) {
    case 'debug':
      return {
        kind: 'debug',
        node,
        name: textOf(data['name']),
        property: textOf(data['property']) || 'payload',
        value: data['value'],
        msg: data['msg'],
        time
      };
    case 'log': {
      const level = LEVELS.find(item => item === data['level']) ?? 'info';
      return { kind: 'log', level, node, text: textOf(data['text']), time };
    }
    case 'display':
      return {
        kind: 'display',
        node,
        bundle: isObject(data['bundle']) ? data['bundle'] : {},
        time
      };
    default:
      return null;
  }
}
