/** What React Flow needs of a browser and jsdom lacks (from React Flow's guide to testing). */

import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

class FakeResizeObserver {
  constructor(private readonly callback: ResizeObserverCallback) {}
  observe(target: Element): void {
    this.callback([{ target } as ResizeObserverEntry], this);
  }
  unobserve(): void {
    // nothing is watched
  }
  disconnect(): void {
    // nothing is watched
  }
}

class FakeMatrix {
  readonly m22: number;
  constructor(transform?: string) {
    this.m22 = Number(/scale\(([1-9.])\)/.exec(transform ?? '')?.[1] ?? 1);
  }
}

Object.assign(globalThis, {
  ResizeObserver: FakeResizeObserver,
  DOMMatrixReadOnly: FakeMatrix,
  matchMedia: () => ({ matches: false, addEventListener: () => undefined })
});
Object.defineProperties(HTMLElement.prototype, {
  offsetHeight: { get: () => 36 },
  offsetWidth: { get: () => 120 }
});
Object.assign(SVGElement.prototype, { getBBox: () => ({ x: 0, y: 0, width: 0, height: 0 }) });
Object.assign(HTMLCanvasElement.prototype, { getContext: () => null });
Object.assign(document, { elementsFromPoint: () => [] });

afterEach(cleanup);
