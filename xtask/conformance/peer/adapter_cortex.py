"""cortex-python 6.3.3."""

import io
import logging
import os
import urllib.parse

from cortex.client import Cortex
from cortex.experiment import ExperimentClient
from cortex.message import Message
from cortex.utils import _get_fabric_info, _get_fabric_server_ts

# Replies are logged in full to standard error (contract section 7, T13).
logging.disable(logging.CRITICAL)

SERVICES = ("connections", "content", "experiments", "models", "secrets", "sessions", "skills", "types")
# Ports of the services that answer only inside the cluster (contract sections 6.4 and 6.5).
PORTS = {
    "connections": "CORTEX_CONNECTIONS_SERVICE_PORT_HTTP_CORTEX_CONNECTIONS",
    "secrets": "CORTEX_ACCOUNTS_SERVICE_PORT_HTTP_CORTEX_ACCOUNTS",
}


class Made:
    def __init__(self, base, client):
        self.base = base
        self.client = client

    def service(self, name, args):
        service = getattr(self.client, name)
        # The way to another project that works: a service client made from the client (contract section 6.1).
        return type(service)(self.client, project=args.pop("project")) if "project" in args else service


def client(base, options):
    options = dict(options)
    # Lives of tokens have no parameter.
    options.pop("token_life", None)
    if "message" in options:
        return Made(base, Cortex.from_message(options.pop("message"), **options))
    if "base_url" in options:
        options["api_endpoint"] = options.pop("base_url")
    return Made(base, Cortex.client(**options))


def call(made, operation, args):
    args = dict(args)
    service, _, name = operation.partition(".")
    if service in ("auth", "client", "message", "platform"):
        return entry(made, operation, args)
    api = made.service(service, args)
    return globals()[service](made, api, name, **args)


def entry(made, operation, args):
    cortex = made.client
    match operation:
        case "auth.get_server_time":
            return _get_fabric_server_ts(cortex._config)
        case "auth.fetch_auth_token":
            return {"parts": len(cortex.message({}).token.split("."))}
        case "client.new" | "client.from_message":
            return {"api_endpoint": cortex._url, "project": cortex._project}
        case "client.message":
            return cortex.message(args["payload"]).to_params()
        case "message.new":
            return getattr(Message(args["params"]), args["name"])
        case "message.to_params":
            return Message(args["params"]).to_params()
        case "message.from_env":
            return Message.from_env().to_params()
        case "platform.get_info":
            return _get_fabric_info({"url": cortex._url})
        case _ if operation.removeprefix("client.") in SERVICES:
            getattr(cortex, operation.removeprefix("client."))
            return None
        case _:
            raise LookupError(f"no operation {operation}")


def content(_, api, name, key=None, content=None, content_type="application/octet-stream", file_name=None, **query):
    stream = None if content is None else io.BytesIO(content.encode())
    match name:
        case "list":
            pages = query.pop("pages", False)
            options = {"prefix": query.get("filter"), "limit": query.get("limit", -1), "skip": query.get("skip", -1)}
            found = page = api.list(**options)
            while pages and len(page) >= options["limit"]:
                options["skip"] = max(options["skip"], 0) + options["limit"]
                page = api.list(**options)
                found = found + page
            return found
        case "upload":
            return api.upload(key, file_name or key.rsplit("/", 1)[-1], stream, content_type)
        case "upload_streaming":
            return api.upload_streaming(key, stream, content_type)
        case "download":
            return api.download(key).data
        case "exists" | "delete":
            return getattr(api, name)(key)


def connections(made, api, operation, name=None, body=None):
    if operation == "save":
        return api.save_connection(body)
    with_port(made, api, "connections")
    return api.get_connection(name)


def secrets(made, api, operation, name, value=None):
    if operation == "save":
        # What the API wants; the SDK sends what it is given.
        return api.post_secret(name, {"value": value})
    with_port(made, api, "secrets")
    return api.get_secret(name)


def with_port(made, api, service):
    """The SDK appends the port to its endpoint, which must not have one (contract section 6.4)."""
    url = urllib.parse.urlsplit(made.base)
    api._serviceconnector.url = f"{url.scheme}://{url.hostname}"
    os.environ[PORTS[service]] = str(url.port)


def sessions(_, api, operation, name=None, key=None, state=None, **new):
    match operation:
        case "start":
            return api.start_session(**new)
        case "get_data":
            return api.get_session_data(name, key)
        case "put_data":
            return api.put_session_data(name, state)
        case "delete":
            return api.delete_session(name)


def models(_, api, operation, name=None, body=None):
    match operation:
        case "list":
            return api.list_models()
        case "save":
            return api.save_model(body)
        case "get" | "delete":
            return getattr(api, operation + "_model")(name)


def types(_, api, operation, name):
    return api.get_type(name)._document


def skills(_, api, operation, name=None, **args):
    match operation:
        case "list":
            return api.list_skills()
        case "save":
            return api.save_skill(args["body"])
        case "get" | "delete":
            return getattr(api, operation + "_skill")(name)
        case "deploy" | "undeploy":
            return getattr(api, operation)(name)
        case "get_logs":
            return api.get_logs(name, args["action"])
        case "invoke":
            return api.invoke(
                name, args["input"], args["payload"], args.get("properties", {}), args.get("sync", False)
            )
        case "send_message":
            return api.send_message(args["activation"], args["channel"], args["output_name"], args["body"])


def experiments(_, api: ExperimentClient, operation, name=None, run=None, key=None, value=None, body=None, **query):
    match operation:
        case "list":
            return api.list_experiments()
        case "save":
            body = dict(body)
            return api.save_experiment(body.pop("name"), body.pop("modelId", None), **body)
        case "get" | "delete":
            return getattr(api, operation + "_experiment")(name)
        case "find_runs":
            query.setdefault("filter", {})
            return api.find_runs(name, query.pop("filter"), **query)
        case "delete_runs":
            return api.delete_runs(name, query.get("filter"))
        case "list_runs":
            return api.list_runs(name)
        case "create_run":
            return api.create_run(name, **(body or {}))
        case "update_run":
            return api.update_run(name, run, **(body or {}))
        case "get_run" | "delete_run":
            return getattr(api, operation)(name, run)
        case "update_meta" | "update_param" | "update_metric":
            return getattr(api, operation)(name, run, key, value)
        case "update_artifact":
            return api.update_artifact(name, run, key, io.BytesIO(value.encode()))
        case "get_artifact":
            return api.get_artifact(name, run, key)
