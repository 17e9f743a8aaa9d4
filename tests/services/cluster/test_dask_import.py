"""Dask comes in without changing the process around it."""

import json
import subprocess
import sys

SCRIPT = """
import json, logging, os
import dask.config
dask.config.set({"distributed.admin.tick.interval": "70ms"})
before = [logging.getLogger(name).level for name in ("tornado", "tornado.application", "")]
from vgd_kernel.services.cluster.dask_import import import_distributed
distributed = import_distributed()
after = [logging.getLogger(name).level for name in ("tornado", "tornado.application", "")]
print(json.dumps({
    "levels": [before, after],
    "handlers": len(logging.getLogger("distributed").handlers),
    "profile": dask.config.get("distributed.worker.profile.enabled"),
    "tick": dask.config.get("distributed.admin.tick.interval"),
}))
"""


def test_logging_stays_as_it_was_and_the_users_configuration_wins():
    ended = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True)
    found = json.loads(ended.stdout)
    before, after = found["levels"]
    assert before == after
    assert (found["handlers"], found["profile"], found["tick"]) == (0, False, "70ms")
