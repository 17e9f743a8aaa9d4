/** The document widget of a flow file, and what makes it. */

import { ABCWidgetFactory, DocumentWidget, type DocumentRegistry } from '@jupyterlab/docregistry';
import type { FlowModel } from './flowModel.js';
import { FlowPanel, type PanelOptions } from './FlowPanel.js';

export class FlowDocument extends DocumentWidget<FlowPanel, FlowModel> {}

/** What all flow documents share. */
export interface FlowServices extends Omit<PanelOptions, 'context' | 'openAsText'> {
  openAsText(document: FlowDocument): Promise<void>;
}

export class FlowDocumentFactory extends ABCWidgetFactory<FlowDocument, FlowModel> {
  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions<FlowDocument>,
    private readonly services: () => FlowServices
  ) {
    super(options);
  }

  protected override createNewWidget(context: DocumentRegistry.IContext<FlowModel>): FlowDocument {
    const services = this.services();
    const content = new FlowPanel({
      ...services,
      context,
      openAsText: () => void services.openAsText(document)
    });
    const document = new FlowDocument({ context, content });
    document.toolbar.hide(); // the canvas has its own
    return document;
  }
}
