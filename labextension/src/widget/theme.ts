/** Whether the page is dark: JupyterLab says so on the body, elsewhere the system does. */

export function isDark(): boolean {
  const light = document.body.dataset['jpThemeLight'];
  if (light !== undefined) return light === 'false';
  if (document.body.classList.contains('vscode-dark')) return true;
  return matchMedia('(prefers-color-scheme: dark)').matches;
}

export function onThemeChange(callback: () => void, signal: AbortSignal): void {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, {
    attributes: true,
    attributeFilter: ['data-jp-theme-light', 'class']
  });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', callback, { signal });
  signal.addEventListener('abort', () => {
    observer.disconnect();
  });
}
