"""kognic-io 2.19.0 on kognic-auth 4.5.2."""

import functools
import pathlib

import kognic.io.client
from kognic.auth.internal.token_cache._file import FileTokenCache
from kognic.auth.requests.auth_session import RequestsAuthSession


def client(base, options):
    options = dict(options)
    auth = options.pop("credentials", None) or options.pop("credentials_at", None)
    auth = tuple(auth) if isinstance(auth, list) else auth
    base = options.pop("base_url", base)
    arguments = {}
    if "organization_id" in options:
        arguments["client_organization_id"] = options.pop("organization_id")
    # kognic-io has no parameter for scopes and token caches: its sessions get them here.
    session = {"scopes": options.pop("scopes", None)}
    if "token_store" in options:
        cache = FileTokenCache(pathlib.Path(options.pop("token_store")))
        session["initial_token"] = cache.load(base, auth[0])
        session["on_token_updated"] = lambda token: cache.save(base, auth[0], dict(token))
    kognic.io.client.RequestsAuthSession = functools.partial(RequestsAuthSession, **session)
    made = kognic.io.client.KognicIOClient(
        auth=auth,
        host=base,
        order_execution_api_host=base,
        annotation_integration_api_host=base,
        workspace_api_host=base,
        project_management_api_host=base,
        auth_host=base,
        write_workspace_id="W",
        **arguments,
    )
    if options:
        raise LookupError(f"no option {sorted(options)}")
    return made


def call(made, operation, args):
    match operation:
        case "client.new":
            return None
        case "projects.list":
            return made.project.get_projects()
        case "projects.list_batches":
            return made.project.get_project_batches(args["project"])
        case _:
            raise LookupError(f"no operation {operation}")
