/** The notebook widget (anywidget): one flow per model, any number of views of it. */

import { createRoot } from 'react-dom/client';
import '@xyflow/react/dist/style.css';
import '../../style/canvas.css';
import { FlowEditor } from '../canvas/FlowEditor.js';
import type { Host } from '../canvas/host.js';
import type { JsonObject } from '../model/entry.js';
import { FlowDoc } from '../model/flow.js';
import { parseFrame } from '../model/frames.js';
import { Live } from '../model/live.js';
import { parsePalette } from '../model/palette.js';
import { watchKernel } from './kernel.js';
import { listen, numberTrait, textTrait, type WidgetModel } from './model.js';
import { syncFlow } from './sync.js';
import { isDark, onThemeChange } from './theme.js';

/** A view narrower than this starts with its palette closed. */
const NARROW_PX = 620;

const GONE =
  'The kernel is gone: edits stay here until it is back. Run the cell again to go on with it; ' +
  'copy the nodes (Ctrl+A, Ctrl+C) to keep what you drew.';

interface InitializeProps {
  readonly model: WidgetModel;
  readonly signal: AbortSignal;
}

interface RenderProps extends InitializeProps {
  readonly el: HTMLElement;
}

export default function createWidget(): {
  initialize(props: InitializeProps): void;
  render(props: RenderProps): () => void;
} {
  const doc = new FlowDoc();
  const live = new Live(callback => requestAnimationFrame(callback));
  const onLost = (): void => {
    live.setBanner(GONE);
    live.take({ ...live.state(), running: false, message: '' });
  };
  return {
    initialize({ model, signal }) {
      const onContact = (): void => {
        live.setBanner('');
      };
      const sync = syncFlow(model, doc, signal, onContact, onLost);
      watchKernel(model, signal, onLost, sync.ask);
      listen(
        model,
        ['msg:custom'],
        message => {
          const frame = parseFrame(message);
          if (frame) live.take(frame);
        },
        signal
      );
      signal.addEventListener('abort', () => {
        doc.destroy();
      });
    },

    render({ model, el, signal }) {
      // a box of our own: the widget manager writes the style of `el`, sometimes after us
      const box = el.appendChild(document.createElement('div'));
      const root = createRoot(box);
      const host = hostOf(model, onLost);
      const { width } = el.getBoundingClientRect(); // 0: not yet in the page
      const narrow = width > 0 && width < NARROW_PX;
      const draw = (): void => {
        box.style.height = `${numberTrait(model, 'height', 420)}px`;
        root.render(
          <FlowEditor
            store={doc}
            live={live}
            palette={parsePalette(model.get('palette'))}
            host={host}
            dark={isDark()}
            initial={{ paletteOpen: !narrow }}
          />
        );
      };
      draw();
      listen(model, ['change:height', 'change:palette', 'change:title'], draw, signal);
      onThemeChange(draw, signal);
      return () => {
        root.unmount();
        box.remove();
      };
    }
  };
}

function hostOf(model: WidgetModel, onLost: () => void): Host {
  const names: unknown = model.get('commands');
  const offered = new Set<unknown>(Array.isArray(names) ? names : []);
  const command = (name: string, rest: JsonObject = {}): void => {
    try {
      model.send({ kind: 'command', command: name, ...rest });
    } catch {
      onLost();
    }
  };
  return {
    title: textTrait(model, 'title'),
    keepKeys: true,
    capabilities: {
      run: offered.has('run'),
      stop: offered.has('stop'),
      press: offered.has('press'),
      deploy: offered.has('deploy')
    },
    run: () => {
      command('run');
    },
    stop: () => {
      command('stop');
    },
    press: node => {
      command('press', { node });
    },
    send: (node, msg) => {
      command('send', { node, msg });
    },
    deploy: () => {
      command('deploy');
    }
  };
}
