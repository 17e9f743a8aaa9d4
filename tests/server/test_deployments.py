"""Deployments, revisions, messages, logs and status over REST."""

NAME = "/deployments/{name}"


async def deploy(call, flow, name="plant", **fields):
    deployed = await call("PUT", NAME, name=name, body={"flow": flow, **fields}, expect=201)
    await running(call, name)
    return deployed


async def running(call, name="plant"):
    after = 0
    while (await call("GET", NAME, name=name))["state"] != "running":
        query = {"after": after, "wait_s": 5}
        after = (await call("GET", NAME + "/logs", name=name, query=query))["next"]


async def test_a_flow_is_deployed_looked_at_stopped_started_and_removed(call, echo):
    assert (await call("GET", "/deployments"))["deployments"] == []
    deployed = await deploy(call, echo)
    assert (deployed["revision"], deployed["owner"]) == (1, "ada")
    assert [d["name"] for d in (await call("GET", "/deployments"))["deployments"]] == ["plant"]
    assert (await call("GET", NAME, name="plant"))["worker"] == "here"

    stopped = await call("POST", NAME + "/stop", name="plant")
    assert (stopped["desired"], stopped["state"]) == ("stopped", "stopped")
    assert (await call("GET", NAME + "/status", name="plant"))["nodes"] == {}
    await call("POST", NAME + "/start", name="plant")
    await running(call)

    await call("DELETE", NAME, name="plant", expect=204)
    await call("GET", NAME, name="plant", expect=404)


async def test_messages_go_in_and_come_out_in_order(call, echo):
    await deploy(call, echo)
    where = NAME + "/messages"
    for payload in ("one", "two"):
        body = {"node": "shown", "msg": {"payload": payload}}
        assert await call("POST", where, name="plant", body=body, expect=202) == {"node": "out"}
    await call("POST", where, name="plant", body={"node": "button"}, expect=202)

    seen, after = [], 0
    while len(seen) < 3:
        query = {"after": after, "wait_s": 5, "node": "shown"}
        page = await call("GET", where, name="plant", query=query)
        seen += [message["value"] for message in page["messages"]]
        after = page["next"]
    assert seen == ["one", "two", "pressed"]

    nothing = await call("GET", where, name="plant", query={"after": after, "wait_s": 0.05})
    assert nothing == {"messages": [], "next": after}
    nodes = (await call("GET", NAME + "/status", name="plant"))["nodes"]
    assert nodes["out"]["received"] == 3


async def test_the_log_tells_what_became_of_a_deployment(call, echo):
    await deploy(call, echo)
    texts = [line["text"] for line in (await call("GET", NAME + "/logs", name="plant"))["logs"]]
    assert texts[-1] == "running on here, revision 1"


async def test_a_message_for_a_deployment_that_does_not_run_is_refused_with_its_state(call, echo):
    await deploy(call, echo)
    await call("POST", NAME + "/stop", name="plant")
    body = {"node": "shown", "msg": {}}
    error = await call("POST", NAME + "/messages", name="plant", body=body, expect=409)
    assert error["reason"] == "DeploymentStateError"
    assert "is stopped" in error["message"]


async def test_a_message_for_an_unknown_node_names_the_nodes_there_are(call, echo):
    await deploy(call, echo)
    body = {"node": "nobody", "msg": {}}
    error = await call("POST", NAME + "/messages", name="plant", body=body, expect=404)
    assert error["reason"] == "UnknownNodeError"
    assert '"out"' in error["message"]


async def test_revisions_only_grow_and_a_rollback_is_a_new_one(call, echo):
    await deploy(call, echo)
    body = {"flow": echo[:1], "environment": {"KEY": "secret"}}
    second = await call("PUT", NAME, name="plant", body=body)
    assert second["revision"] == 2
    back = await call("POST", NAME + "/rollback", name="plant", body={"revision": 1})
    assert back["revision"] == 3

    listed = (await call("GET", NAME + "/revisions", name="plant"))["revisions"]
    assert [(r["number"], r["nodes"]) for r in listed] == [(1, 3), (2, 1), (3, 3)]
    assert listed[1]["environment"] == ["KEY"]
    one = await call("GET", NAME + "/revisions/{revision}", name="plant", revision=3)
    assert one["flow"] == echo
    await call("GET", NAME + "/revisions/{revision}", name="plant", revision=9, expect=404)
    await call("GET", NAME + "/revisions/{revision}", name="plant", revision="x", expect=404)
    await call("POST", NAME + "/rollback", name="plant", body={"revision": 9}, expect=404)


async def test_what_is_not_a_flow_is_refused_and_nothing_is_deployed(call, echo):
    error = await call("PUT", NAME, name="plant", body={"flow": [{"id": 1}]}, expect=400)
    assert error["reason"] == "FlowSyntaxError"
    error = await call("PUT", NAME, name="plant", body={"flw": []}, expect=400)
    assert {problem["field"] for problem in error["problems"]} == {"flow", "flw"}
    error = await call("PUT", NAME, name="plant", body="{", expect=400)
    assert "not JSON" in error["message"]
    error = await call("PUT", NAME, name="-plant-", body={"flow": echo}, expect=400)
    assert "name" in error["message"]
    assert (await call("GET", "/deployments"))["deployments"] == []


async def test_the_owner_is_who_is_logged_in_whatever_the_body_says(call, echo):
    body = {"flow": echo, "owner": "root"}
    error = await call("PUT", NAME, name="plant", body=body, expect=400)
    assert error["problems"][0]["field"] == "owner"


async def test_a_node_of_an_unknown_type_is_reported_and_the_rest_runs(call, echo):
    strange = {"id": "odd", "type": "no such type", "z": "tab", "wires": []}
    await deploy(call, [*echo, strange])
    found = await call("GET", NAME, name="plant")
    assert [problem["node"] for problem in found["problems"]] == ["odd"]


async def test_a_deployment_that_no_worker_fits_waits_and_says_why(call, echo):
    body = {"flow": echo, "labels": {"site": "plant-1"}}
    await call("PUT", NAME, name="plant", body=body, expect=201)
    reason = ""
    while "here" not in reason:
        reason = (await call("GET", NAME, name="plant"))["reason"]
    assert reason.startswith("no worker has site=plant-1; workers: here (no labels)")


async def test_the_workers_are_listed_with_what_they_host(call, echo):
    await deploy(call, echo)
    (worker,) = (await call("GET", "/workers"))["workers"]
    assert (worker["name"], worker["deployments"]) == ("here", ["plant"])
    assert "token" not in worker


async def test_a_wrong_query_is_refused(call, echo):
    await deploy(call, echo)
    error = await call("GET", NAME + "/logs", name="plant", query={"after": "x"}, expect=400)
    assert error["problems"][0]["field"] == "after"


async def test_a_flow_with_a_wrong_field_or_broken_code_is_refused_with_its_problems(call, echo):
    broken = {"id": "js", "type": "function", "z": "tab", "func": "return {{", "wires": [[]]}
    wrong = {"id": "d", "type": "debug", "z": "tab", "active": "maybe", "wires": []}
    error = await call("PUT", NAME, name="plant", body={"flow": [*echo, broken, wrong]}, expect=400)
    assert error["reason"] == "FlowInvalidError"
    fields = [(problem["node"], problem["field"]) for problem in error["problems"]]
    assert fields == [("js", "func"), ("d", "active")]
    assert (await call("GET", "/deployments"))["deployments"] == []
