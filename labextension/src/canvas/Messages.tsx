/** What the host has to say, over the stage: a lasting banner, and the last notice. */

import type { JSX } from 'react';
import { useEditor, useLive } from './context.js';
import { Icon } from './icons.js';

export function Messages(): JSX.Element | null {
  const { live } = useEditor();
  const notice = useLive(live, store => store.notice());
  const banner = useLive(live, store => store.banner());
  if (!notice && !banner) return null;
  return (
    <div className="vgd-messages">
      {banner ? (
        <div className="vgd-message" data-level="warn" role="alert" data-testid="banner">
          {banner}
        </div>
      ) : null}
      {notice ? (
        <div className="vgd-message" data-level={notice.level} role="alert" data-testid="notice">
          <span>{notice.message}</span>
          <button type="button" className="vgd-tool" aria-label="Dismiss" onClick={live.dismiss}>
            <Icon name="close" size={12} />
          </button>
        </div>
      ) : null}
    </div>
  );
}
