"""Config nodes that are missing or that nobody uses."""

BROKER = {"id": "b", "type": "mqtt-broker", "broker": "localhost"}


def mqtt(**fields):
    return {"id": "m", "type": "mqtt in", "topic": "t", "wires": [[]], **fields}


def test_a_reference_to_a_config_node_is_followed(findings):
    assert findings("missing-config", mqtt(broker="b"), BROKER) == []
    assert findings("unused-config", mqtt(broker="b"), BROKER) == []
    assert findings("missing-config", mqtt(broker="${BROKER}")) == []


def test_a_missing_config_node_is_named_with_its_field(findings):
    ((node, field, severity, seen),) = findings("missing-config", mqtt(broker="gone"))
    assert (node, field, severity) == ("m", "broker", "error")
    assert seen == 'the config node "gone" is not in the flow'


def test_a_config_node_of_another_type_is_an_error(findings):
    tls = {"id": "t", "type": "tls-config"}
    ((_, _, _, seen),) = findings("missing-config", mqtt(broker="t"), tls)
    assert seen == '"t" is a tls-config node'


def test_only_a_config_node_that_is_needed_must_be_chosen(findings):
    ((_, field, _, seen),) = findings("missing-config", mqtt())
    assert (field, seen) == ("broker", "no config node is chosen")
    assert findings("missing-config", {"id": "h", "type": "http request", "wires": [[]]}) == []


def test_a_config_node_without_a_user_is_a_warning(findings):
    ((node, _, severity, _),) = findings("unused-config", BROKER)
    assert (node, severity) == ("b", "warning")
    assert findings("unused-config", {"id": "g", "type": "global-config", "env": []}) == []


def test_unknown_types_and_environments_use_config_nodes_too(findings):
    alien = {"id": "a", "type": "alien", "settings": {"servers": ["b"]}}
    assert findings("unused-config", BROKER, alien) == []
    tab = {"id": "t", "type": "tab", "env": [{"name": "BROKER", "value": "b"}]}
    assert findings("unused-config", BROKER, tab) == []
