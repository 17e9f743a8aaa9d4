/** The only import from jupyter-collaboration: a token, which is null where it is not installed. */

export { ICollaborativeContentProvider } from '@jupyter/collaborative-drive';
