"""Plays one case with the official SDK of a vendor.

Reads a JSON document from standard input and writes one to standard output:

    in:  {"vendor", "base", "control", "now", "client", "steps"}
    out: {"outcomes": [{"value": ..} | {"error": {"class", "status", "text"}}]}

The clock is moved (time-machine), and sleeping moves it further instead of waiting; the server's clock, behind the URL
`control`, moves with it. Variables and the home folder are
those of this process: the caller has set them.
"""

import datetime
import importlib
import json
import sys
import time
import urllib.request

import time_machine


def outcome(call):
    try:
        return {"value": plain(call())}
    except SystemExit:
        raise
    except BaseException as error:
        response = getattr(error, "response", None)
        status = getattr(response, "status_code", None)
        return {"error": {"class": type(error).__name__, "status": status, "text": str(error)}}


def plain(value):
    """A value of the SDK as JSON."""
    if hasattr(value, "model_dump"):
        return plain(value.model_dump(mode="json", by_alias=True))
    if isinstance(value, dict):
        return {str(name): plain(member) for name, member in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    return plain({name: member for name, member in vars(value).items() if not name.startswith("_")})


def main():
    case = json.load(sys.stdin)
    with time_machine.travel(case["now"], tick=False) as traveller:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

        def advance(seconds):
            traveller.shift(seconds)
            opener.open(f"{case['control']}/advance/{seconds}").close()

        time.sleep = lambda seconds: advance(max(0, seconds))
        adapter = importlib.import_module("adapter_" + case["vendor"])
        state = None
        outcomes = []
        for step in case["steps"]:
            if "advance_seconds" in step:
                advance(step["advance_seconds"])
                continue

            def call(step=step):
                nonlocal state
                if state is None:
                    state = adapter.client(case["base"], case["client"])
                return adapter.call(state, step["call"], step.get("args", {}))

            outcomes.append(outcome(call))
    json.dump({"outcomes": outcomes}, sys.stdout)


main()
