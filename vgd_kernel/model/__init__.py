"""The nouns and rules of VGD: no I/O, no clock, no asyncio. It is the plug-in API.

A node author imports from here and from nowhere else:

    from vgd_kernel.model import Context, Message, Node, NodeSpec, Receive
"""

from vgd_kernel.model.context import Context, ContextStore, Emitted, Scope, Send, Timer
from vgd_kernel.model.flow import Change, Entry, FlowDocument
from vgd_kernel.model.message import UNDEFINED, Message, clone, clone_value
from vgd_kernel.model.node import (
    Node,
    NodeSpec,
    OutputsFrom,
    Receive,
    code_field,
    config_field,
    hidden_field,
    nodes_field,
    text_field,
    typed_field,
)
from vgd_kernel.model.port_types import ByField
from vgd_kernel.model.registry import Registry, installed

__all__ = (
    "UNDEFINED",
    "ByField",
    "Change",
    "Context",
    "ContextStore",
    "Emitted",
    "Entry",
    "FlowDocument",
    "Message",
    "Node",
    "NodeSpec",
    "OutputsFrom",
    "Receive",
    "Registry",
    "Scope",
    "Send",
    "Timer",
    "clone",
    "clone_value",
    "code_field",
    "config_field",
    "hidden_field",
    "installed",
    "nodes_field",
    "text_field",
    "typed_field",
)
