/** The part of anywidget's model that the widget uses, checked at the edge. */

export interface WidgetModel {
  get(name: string): unknown;
  on(event: string, callback: (...values: unknown[]) => void): void;
  off(event: string, callback: (...values: unknown[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  /** The manager that made the model; it knows the live models (see `isAlive`). */
  readonly widget_manager?: unknown;
}

export function textTrait(model: WidgetModel, name: string): string {
  const value = model.get(name);
  return typeof value === 'string' ? value : '';
}

export function numberTrait(model: WidgetModel, name: string, otherwise: number): number {
  const value = model.get(name);
  return typeof value === 'number' ? value : otherwise;
}

/** Listens until the signal says that it is over. */
export function listen(
  model: WidgetModel,
  event: string,
  callback: (...values: unknown[]) => void,
  signal: AbortSignal
): void {
  model.on(event, callback);
  signal.addEventListener('abort', () => {
    model.off(event, callback);
  });
}
