/** What a run shows: counts, statuses, events. Frames are gathered and told once per repaint. */

import type { DisplayEvent, Frame, NodeLive, ProblemNote, RunEvent, StateFrame } from './frames.js';

/** Events that are kept; older ones are forgotten, the run's log has them all. */
export const EVENTS_KEPT = 500;

const QUIET: NodeLive = { received: 0, sent: [], errors: 0, status: null };

export interface Notice {
  readonly level: 'error' | 'info';
  readonly message: string;
}

export interface NumberedEvent {
  readonly number: number;
  readonly event: RunEvent;
}

export interface LiveStore {
  subscribe(listener: () => void): () => void;
  node(id: string): NodeLive;
  problemsOf(id: string): readonly ProblemNote[];
  events(): readonly NumberedEvent[];
  display(node: string): DisplayEvent | undefined;
  displays(): readonly DisplayEvent[];
  state(): StateFrame;
  notice(): Notice | null;
  /** What stands over the canvas as long as it is so (the kernel is gone); empty: nothing. */
  banner(): string;
  /** Tells the person something that needs no frame. */
  say(level: Notice['level'], message: string): void;
  readonly dismiss: () => void;
  readonly clear: () => void;
}

export const IDLE: StateFrame = {
  kind: 'state',
  running: false,
  where: 'kernel',
  problems: [],
  message: ''
};

const NO_PROBLEMS: readonly ProblemNote[] = [];

export class Live implements LiveStore {
  private readonly listeners = new Set<() => void>();
  private readonly nodes = new Map<string, NodeLive>();
  private readonly shown = new Map<string, DisplayEvent>();
  private shownList: readonly DisplayEvent[] = [];
  private problems = new Map<string, ProblemNote[]>();
  private log: readonly NumberedEvent[] = [];
  private current: StateFrame = IDLE;
  private note: Notice | null = null;
  private bannerText = '';
  private nextNumber = 0;
  private due = false;

  /**
   * @param schedule Calls back before the next repaint (`requestAnimationFrame`).
   */
  constructor(private readonly schedule: (callback: () => void) => void) {}

  /** Takes in a frame; listeners hear of it with the next repaint. */
  take(frame: Frame): void {
    switch (frame.kind) {
      case 'live':
        for (const [id, node] of Object.entries(frame.nodes)) {
          this.nodes.set(id, { ...this.node(id), ...node });
        }
        if (!frame.replay || this.log.length === 0) this.append(frame.events);
        break;
      case 'state':
        if (frame.running && !this.current.running) this.nodes.clear();
        this.current = frame;
        this.problems = new Map();
        for (const item of frame.problems) {
          this.problems.set(item.node, [...(this.problems.get(item.node) ?? []), item]);
        }
        break;
      case 'notice':
        this.note = { level: frame.level, message: frame.message };
        break;
    }
    this.wake();
  }

  say(level: Notice['level'], message: string): void {
    this.take({ kind: 'notice', level, message });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  node = (id: string): NodeLive => this.nodes.get(id) ?? QUIET;
  problemsOf = (id: string): readonly ProblemNote[] => this.problems.get(id) ?? NO_PROBLEMS;
  events = (): readonly NumberedEvent[] => this.log;
  display = (node: string): DisplayEvent | undefined => this.shown.get(node);
  displays = (): readonly DisplayEvent[] => this.shownList;
  state = (): StateFrame => this.current;
  notice = (): Notice | null => this.note;

  banner = (): string => this.bannerText;

  setBanner(text: string): void {
    this.bannerText = text;
    this.wake();
  }

  dismiss = (): void => {
    this.note = null;
    this.wake();
  };

  clear = (): void => {
    this.log = [];
    this.wake();
  };

  private append(events: readonly RunEvent[]): void {
    const fresh: NumberedEvent[] = [];
    for (const event of events) {
      if (event.kind === 'display') this.shown.set(event.node, event);
      else fresh.push({ number: (this.nextNumber += 1), event });
    }
    if (fresh.length > 0) this.log = [...this.log, ...fresh].slice(-EVENTS_KEPT);
    if (events.some(event => event.kind === 'display')) this.shownList = [...this.shown.values()];
  }

  private wake(): void {
    if (this.due) return;
    this.due = true;
    this.schedule(() => {
      this.due = false;
      for (const listener of [...this.listeners]) listener();
    });
  }
}
