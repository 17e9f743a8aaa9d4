/** Stands in place of the canvas when a file is no flow: the error, and the way to the text. */

import type { JSX } from 'react';
import { parseEntries } from '../model/parse.js';
import type { Host } from './host.js';

export function BrokenFlow(props: { text: string; host: Host; dark: boolean }): JSX.Element {
  return (
    <div
      className="vgd-editor vgd-broken"
      data-theme={props.dark ? 'dark' : 'light'}
      role="alert"
      data-testid="broken-flow"
    >
      <h2>This file is not a flow</h2>
      <pre>{reasonOf(props.text)}</pre>
      <p>The file is left as it is: saving writes the same text back.</p>
      {props.host.openAsText ? (
        <button
          type="button"
          className="vgd-button vgd-button-primary"
          data-testid="open-as-text"
          onClick={() => props.host.openAsText?.()}
        >
          Open with the text editor
        </button>
      ) : null}
    </div>
  );
}

function reasonOf(text: string): string {
  try {
    parseEntries(text);
    return 'The text was mended; open the file again.';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
