"""descarteslabs 3.2.2."""

import functools
import operator
import os


def client(base, options):
    # Settings are read when the package is imported.
    os.environ.setdefault("DESCARTESLABS_IAM_URL", base)
    os.environ.setdefault("DESCARTESLABS_PLATFORM_URL", base)
    from descarteslabs.auth import Auth

    auth = Auth(**options)
    # Some of the SDK's calls use the default client instead of the given one (contract section 7, trap 8).
    Auth.set_default_auth(auth)
    return auth


def call(auth, operation, args):
    service, name = operation.split(".")
    if service == "auth":
        return of_auth(auth, name)
    from descarteslabs.compute import Function, Job

    documents = {"compute_jobs": Job, "compute_functions": Function}
    return of_compute(documents[service], name, dict(args))


def of_auth(auth, name):
    match name:
        case "fetch_token":
            return {"access_token": auth.token}
        case "all_acl_subjects_as_set" | "all_owner_acl_subjects_as_set":
            return sorted(getattr(auth, name))
        case "get_org_admins" | "get_resource_admins":
            return getattr(auth, name)()
        case _:
            return getattr(auth, name)


def of_compute(kind, name, args):
    match name:
        case "get":
            return shown(kind.get(args["id"]))
        case "list" | "search" | "count":
            found = kind.list(**pick(args, "page_size")) if name == "list" else kind.search()
            for condition in args.pop("filter", []):
                found = found.filter(expression(kind, condition))
            if "limit" in args:
                found = found.limit(args.pop("limit"))
            for field in args.pop("sort", []):
                attribute = getattr(kind, field.lstrip("-"))
                found = found.sort(-attribute if field.startswith("-") else attribute)
            return found.count() if name == "count" else [shown(item) for item in found]
        case "create":
            job = kind(**args)
            job.save()
            return shown(job)
    job = kind.get(args["id"]) if name == "result" else kind(id=args["id"], function_id="f-1", saved=True)
    match name:
        case "refresh" | "cancel":
            getattr(job, name)()
            return shown(job)
        case "wait_for_completion":
            job.wait_for_completion(**pick(args, "timeout", "interval"))
            return shown(job)
        case "log":
            return job.log(timestamps=False)
        case "iter_log":
            return list(job.iter_log(timestamps=False))
        case "result":
            return job.result()
        case _:
            raise LookupError(f"no operation {name}")


def shown(document):
    return document.to_dict()


def pick(args, *names):
    return {name: args.pop(name) for name in names if name in args}


def expression(kind, condition):
    if "or" in condition:
        return functools.reduce(operator.or_, (expression(kind, each) for each in condition["or"]))
    compare = {"gte": "ge", "lte": "le"}.get(condition["op"], condition["op"])
    return getattr(operator, compare)(getattr(kind, condition["name"]), condition["val"])
