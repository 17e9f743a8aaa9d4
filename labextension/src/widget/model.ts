/** The part of anywidget's model that the widget uses, checked at the edge. */

export interface WidgetModel {
  get(name: string): unknown;
  on(event: string, callback: (...values: unknown[]) => void): void;
  off(event: string, callback: (...values: unknown[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  /** The manager that made the model; JupyterLab's has the kernel. */
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

/** Listens to events until the signal says that it is over. */
export function listen(
  model: WidgetModel,
  events: readonly string[],
  callback: (...values: unknown[]) => void,
  signal: AbortSignal
): void {
  for (const event of events) model.on(event, callback);
  signal.addEventListener('abort', () => {
    for (const event of events) model.off(event, callback);
  });
}
