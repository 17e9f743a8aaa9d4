/** The document widget of a flow file, and what makes it. */

import { ABCWidgetFactory, DocumentWidget, type DocumentRegistry } from '@jupyterlab/docregistry';
import type { FlowModel } from './flowModel.js';
import { FlowPanel, type PanelOptions } from './FlowPanel.js';

export class FlowDocument extends DocumentWidget<FlowPanel, FlowModel> {}

export class FlowDocumentFactory extends ABCWidgetFactory<FlowDocument, FlowModel> {
  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions<FlowDocument>,
    private readonly panel: () => Omit<PanelOptions, 'context'>
  ) {
    super(options);
  }

  protected override createNewWidget(
    context: DocumentRegistry.IContext<FlowModel>
  ): FlowDocument {
    return new FlowDocument({ context, content: new FlowPanel({ context, ...this.panel() }) });
  }
}
