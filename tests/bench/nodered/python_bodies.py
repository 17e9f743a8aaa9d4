"""The JavaScript bodies of the benchmark's function nodes, and the same in Python.

Statement by statement: the same context values, messages and conditions. Numbers of a body
(how many messages, say) go over as they are. A body that is not in the table is an error, so
that no row is measured with something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_COUNT = (
    "s = context.get('s')\n"
    "s['n'] += 1\n"
    "if s['n'] == {0}:\n"
    "    import time\n"
    "    s['n'] = 0\n"
    "    global_.set('bench', {{'ms': int(time.time() * 1000) - global_.get('t0'), 'n': {1}}})\n"
)
_BEGIN = (
    "import time\n"
    "global_.set('bench', None)\n"
    "global_.set('t0', int(time.time() * 1000))\n"
)  # fmt: skip

BODIES: dict[str, str] = {
    "": "",
    "return msg;": "return msg",
    # generators
    'const K=#;\nglobal.set("bench",null);\nglobal.set("t0",Date.now());\n'
    'for(let i=0;i<K;i++){ node.send({payload:i,n:i,topic:"t"}, false); }\nreturn null;': (
        _BEGIN + "for i in range({0}):\n"
        "    node.send({{'payload': i, 'n': i, 'topic': 't'}}, clone=False)\n"
    ),
    'global.set("bench",null);\nglobal.set("t0",Date.now());\n'
    'return {payload:0,n:0,lap:0,topic:"t"};': (
        _BEGIN + "return {{'payload': 0, 'n': 0, 'lap': 0, 'topic': 't'}}\n"
    ),
    'global.set("bench",null);\nglobal.set("t0",Date.now());\n'
    'const rec=()=>({ts:#,name:"sensor-1",tags:["a","b","c"],'
    'values:Array.from({length:#},(_, i)=>({k:"k"+i,v:i*#}))});\n'
    'for(let i=0;i<#;i++){ node.send({payload:rec(),topic:"t"},false); }\nreturn null;': (
        _BEGIN + "def rec():\n"
        "    return {{'ts': {0}, 'name': 'sensor-1', 'tags': ['a', 'b', 'c'],\n"
        "            'values': [{{'k': f'k{{i}}', 'v': i * {2}}} for i in range({1})]}}\n"
        "for i in range({3}):\n"
        "    node.send({{'payload': rec(), 'topic': 't'}}, clone=False)\n"
    ),
    'global.set("bench",null);\nglobal.set("t0",Date.now());\nglobal.set("left",#);\n'
    "return {payload:Array.from({length:#},(_, i)=>i)};": (
        _BEGIN + "global_.set('left', {0})\nreturn {{'payload': list(range({1}))}}\n"
    ),
    # counters
    'const s=context.get("s");\ns.n++;\nif(s.n===#){ s.n=0; '
    'global.set("bench",{ms:Date.now()-global.get("t0"),n:#}); }\nreturn null;': _COUNT,
    'context.set("s",{n:0});': "context.set('s', {{'n': 0}})\n",
    'msg.lap++;\nif(msg.lap>=#){ global.set("bench",{ms:Date.now()-global.get("t0"),n:#}); '
    "return null; }\nreturn msg;": (
        "msg['lap'] += 1\n"
        "if msg['lap'] >= {0}:\n"
        "    import time\n"
        "    took = int(time.time() * 1000) - global_.get('t0')\n"
        "    global_.set('bench', {{'ms': took, 'n': {1}}})\n"
        "    return None\n"
        "return msg\n"
    ),
    "if(!Array.isArray(msg.payload)||msg.payload.length!==#)"
    '{node.error("bad join "+(msg.payload&&msg.payload.length));}\n'
    'const left=global.get("left")-1; global.set("left",left);\n'
    'if(left===0){ global.set("bench",{ms:Date.now()-global.get("t0"),n:#}); return null; }\n'
    "return {payload:Array.from({length:#},(_, i)=>i)};": (
        "payload = msg.get('payload')\n"
        "if not isinstance(payload, list) or len(payload) != {0}:\n"
        "    node.error(f'bad join {{payload and len(payload)}}')\n"
        "left = global_.get('left') - 1\n"
        "global_.set('left', left)\n"
        "if left == 0:\n"
        "    import time\n"
        "    took = int(time.time() * 1000) - global_.get('t0')\n"
        "    global_.set('bench', {{'ms': took, 'n': {1}}})\n"
        "    return None\n"
        "return {{'payload': list(range({2}))}}\n"
    ),
    # in between
    "msg.payload=msg.payload*#;\nreturn msg;": (
        "msg['payload'] = msg['payload'] * {0}\nreturn msg\n"
    ),
    "msg.payload = msg.payload + 1;\nreturn msg;": (
        "msg['payload'] = msg['payload'] + 1\nreturn msg\n"
    ),
    "msg.payload={ok:true,q:msg.req.query.q,n:1};\nreturn msg;": (
        "msg['payload'] = {{'ok': True, 'q': msg['req']['query'].get('q'), 'n': 1}}\nreturn msg\n"
    ),
    # latency, with a clock of microseconds
    "msg.i=(msg.i===undefined?0:msg.i);\nmsg.t0=ph.performance.now();\nmsg.n=1;\nreturn msg;": (
        "import time\n"
        "msg['i'] = msg.get('i', 0)\n"
        "msg['t0'] = time.perf_counter() * 1000\n"
        "msg['n'] = 1\n"
        "return msg\n"
    ),
    'const d=ph.performance.now()-msg.t0;\nconst a=context.get("a");\na.push(d);\n'
    "if(a.length>=#){ const w=a.slice(#).sort((x,y)=>x-y); "
    "const q=p=>w[Math.min(w.length-1,Math.floor(w.length*p))]*#; "
    'global.set("bench",{n:w.length,p50_us:q(#),p99_us:q(#),p999_us:q(#),max_us:q(1)}); '
    'context.set("a",[]); return null; }\nreturn {i:a.length};': (
        "import time\n"
        "d = time.perf_counter() * 1000 - msg['t0']\n"
        "a = context.get('a')\n"
        "a.append(d)\n"
        "if len(a) >= {0}:\n"
        "    w = sorted(a[{1}:])\n"
        "    def q(p):\n"
        "        return w[min(len(w) - 1, int(len(w) * p))] * {2}\n"
        "    global_.set('bench', {{'n': len(w), 'p50_us': q({3}), 'p99_us': q({4}),\n"
        "                          'p999_us': q({5}), 'max_us': q(1)}})\n"
        "    context.set('a', [])\n"
        "    return None\n"
        "return {{'i': len(a)}}\n"
    ),
    'context.set("a",[]);': "context.set('a', [])\n",
}
"""JavaScript with ``#`` for each number but 0 and 1, to Python with ``{0}``, ``{1}``… for them."""

_NUMBER = re.compile(r"(?<![\w$])(?!(?:0|1)\b(?!\.))\d+(?:\.\d+)?(?!\w)")


def _normal(body: str) -> tuple[str, list[str]]:
    """Return a body with ``#`` in place of its numbers, and them."""
    if body in BODIES:
        return body, []
    return _NUMBER.sub("#", body), _NUMBER.findall(body)


def in_python(body: str) -> str:
    """Return a body in Python.

    Raises:
        KeyError: It is none of the benchmark's.
    """
    text, numbers = _normal(body)
    return BODIES[text].format(*numbers)


def with_python(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries of a flow with all function bodies in Python."""
    return [
        entry
        if entry["type"] != "function"
        else entry
        | {
            "language": "python",
            "func": in_python(entry["func"]),
            "initialize": in_python(entry["initialize"]),
            "libs": [],
        }
        for entry in entries
    ]


__all__ = ("BODIES", "in_python", "with_python")
