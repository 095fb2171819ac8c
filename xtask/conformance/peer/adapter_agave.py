"""agavepy 0.9.5, or 0.7.3 where a case asks for it: the contract has studied most rows with that one."""

import contextlib
import importlib.metadata
import os
import pathlib
import sys

import requests.adapters

# agavepy calls services by https, and sends no credentials to a server with a port (contract sections 2.4 and 9). So
# it is shown this server, and what it sends there goes to the case's server. What is given as `base_url` is not hidden.
SHOWN = "https://127.0.0.1"
# Another host, as far as the SDK can see. What it sends there is seen at the case's server.
ELSEWHERE = "https://elsewhere.example.org"


class Made:
    def __init__(self, base):
        self.base = base
        self.told = []
        self.agave = None


def client(base, options):
    options = dict(options)
    version = options.pop("sdk", "0.9.5")
    if version == "0.7.3":
        sys.path.insert(0, str(pathlib.Path(sys.prefix) / "beside"))
    found = importlib.metadata.version("agavepy")
    if found != version:
        raise SystemExit(f"agavepy {version} is wanted, {found} is there")
    rewrite_urls(base)
    made = Made(base)
    with shown(base):
        made.agave = construct(made, options)
    return made


def construct(made, options):
    from agavepy import actors
    from agavepy.agave import Agave

    entry = options.pop("entry", "build")
    verbatim = options.pop("base_url", None)
    options = {name: hide(made.base, value) for name, value in options.items()}
    if "jwt" in options:
        options["jwt_header_name"], options["jwt"] = options["jwt"]
    if options.pop("token_callback", False):
        options["token_callback"] = lambda **info: made.told.append(dict(info))
    # Names of ours, without a counterpart.
    for name in ("agpy_files", "leeway", "spend_unsaved_refresh_token"):
        options.pop(name, None)
    if entry == "actor":
        return actors.get_client(**options)
    if entry == "restore":
        # It takes selectors only. What else is given has no way in.
        selectors = {"api_key", "client_name", "tenant_id"}
        return Agave.restore(**{name: value for name, value in options.items() if name in selectors})
    # Nothing given is no argument.
    server = verbatim or options.pop("api_server", SHOWN)
    if server:
        options["api_server"] = server
    return Agave(**options)


def call(made, operation, args):
    with shown(made.base):
        result = perform(made, operation, args)
    if isinstance(result, requests.Response):
        return result.text or None
    return plain(result)


def perform(made, operation, args):
    agave = made.agave
    match operation.split("."):
        case ["client", "new"]:
            return {"api_server": agave.api_server}
        case ["file", "text"]:
            return pathlib.Path(args["path"]).read_text().replace(SHOWN, made.base)
        case ["token", "told"]:
            return made.told
        case ["token", "token_info"]:
            return agave.token.token_info
        case ["token", ("create" | "refresh") as grant]:
            return {"access_token": getattr(agave.token, grant)()}
        case ["actors", "sendBinaryMessage"]:
            return agave.actors.sendBinaryMessage(**{**args, "message": args["message"].encode()})
        case ["files", "importData"] if "fileToUpload" in args:
            with open(args["fileToUpload"], "rb") as file:
                return agave.files.importData(**{**args, "fileToUpload": file})
        case [service, name]:
            return getattr(getattr(agave, service), name)(**args)
        case _:
            raise LookupError(f"no operation {operation}")


def plain(value):
    """agavepy's dictionaries raise KeyError where Python expects AttributeError (contract section 7, trap 18)."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def hide(base, value):
    return value.replace(base, SHOWN) if isinstance(value, str) else value


@contextlib.contextmanager
def shown(base):
    """While the SDK works, files and variables name the server that it is shown."""
    for name, value in os.environ.items():
        os.environ[name] = value.replace(base, SHOWN)
    swap(base, SHOWN)
    try:
        yield
    finally:
        swap(SHOWN, base)


def swap(old, new):
    old, new = old.encode(), new.encode()
    for path in pathlib.Path.home().rglob("*"):
        if path.is_file() and old in (content := path.read_bytes()):
            path.write_bytes(content.replace(old, new))


def rewrite_urls(base):
    send = requests.adapters.HTTPAdapter.send
    # By https to the case's own port: what a `base_url` with a port becomes.
    secure = base.replace("http://", "https://")

    def rewritten(self, request, **kwargs):
        for prefix in (secure, SHOWN, ELSEWHERE):
            if request.url.startswith(prefix):
                request = request.copy()
                request.url = base + request.url[len(prefix) :]
                break
        return send(self, request, **kwargs)

    requests.adapters.HTTPAdapter.send = rewritten
