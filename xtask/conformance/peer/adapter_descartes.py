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
    if service == "filters" or service.startswith("catalog_"):
        return of_catalog(service.removeprefix("catalog_"), name, dict(args))
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


def of_catalog(service, name, args):
    from descarteslabs import catalog

    kinds = {
        "products": catalog.Product,
        "bands": catalog.Band,
        "images": catalog.Image,
        "blobs": catalog.Blob,
        "search": catalog.Product,
    }
    if service == "filters":
        return narrowed(catalog.Product.search(), args)._serialize_filters()
    kind = kinds[service]
    match name:
        case "collect":
            return several(narrowed(kind.search(), args).collect())
        case "search" | "intersects" | "filter" | "find_text" | "sort" | "limit":
            # `collect` asks for the bands of images, too.
            return several(narrowed(kind.search(), args))
        case "count":
            return narrowed(kind.search(), args).count()
        case "summary":
            return vars(narrowed(kind.search(), args).summary())
        case "summary_interval":
            names = {"field": "aggregate_date_field", "_start": "start_datetime", "_end": "end_datetime"}
            by = {names.get(arg, arg): value for arg, value in pick(args, *names, "interval").items()}
            return [vars(each) for each in narrowed(kind.search(), args).summary_interval(**by)]
        case "get_band" | "get_image":
            return of_document(getattr(kind(id=args["id"]), name)(args["name"]))
        case "bands" | "images" | "image_uploads":
            return several(narrowed(getattr(kind(id=args.pop("id")), name)(), args))
        case "namespace_id":
            return kind.namespace_id(args.get("id", args.get("namespace")))
        case "get":
            return of_document(kind.get(args["id"]))
        case "get_or_create":
            # A band is made as one of its kinds.
            kind = catalog.SpectralBand if kind is catalog.Band else kind
            return of_document(kind.get_or_create(args["id"]))
        case "exists":
            return kind.exists(args["id"])
        case "get_many":
            return several(kind.get_many(**args))
        case "create" | "serialize" | "upload" | "upload_data":
            return of_new(kind, name, args)
        case "reload" | "save" | "update":
            document = kind.get(args["id"])
            document.update(**args.get("attributes", {}))
            if name != "update":
                getattr(document, name)()
            return of_document(document)
        case _:
            return of_content(kind, name, args)


def of_new(kind, name, args):
    attributes = args.get("attributes", {})
    if hasattr(kind, "_derived_type_switch") and kind._derived_type_switch:
        # The class says which type it is.
        kind = kind._get_model_class({"type": kind._doc_type, "attributes": attributes})
        attributes = {each: value for each, value in attributes.items() if each != kind._derived_type_switch}
    document = kind(**pick(args, "id"), **attributes)
    match name:
        case "serialize":
            return document.serialize()
        case "create":
            document.save()
        case "upload":
            document.upload(args["file"])
        case "upload_data":
            document.upload_data(args["data"])
    return of_document(document)


def of_content(kind, name, args):
    """Deletions of blobs, and what is in them."""
    match name:
        case "delete":
            return kind.delete(args["id"])
        case "delete_many":
            return kind.delete_many(args["ids"])
        case "get_data":
            return kind.get_data(**args)
    blob = kind.get(args.pop("id"))
    match name:
        case "download":
            blob.download(args["file"])
            return None
        case "data":
            return blob.data(**args)
        case "iter_data":
            return b"".join(blob.iter_data(chunk_size=1024))
        case "iter_lines":
            return list(blob.iter_lines(decode_unicode=True))
        case _:
            raise LookupError(f"no operation {name}")


def narrowed(search, args):
    for condition in args.pop("filter", []):
        search = search.filter(catalog_expression(condition))
    if "intersects" in args:
        search = search.intersects(args.pop("intersects"))
    for arg, method in [("text", "find_text"), ("sort", "sort"), ("limit", "limit")]:
        if arg in args:
            value = args.pop(arg)
            descending = arg == "sort" and value.startswith("-")
            search = search.sort(value[1:], ascending=False) if descending else getattr(search, method)(value)
    if args:
        raise LookupError(f"no arguments {', '.join(args)}")
    return search


def catalog_expression(condition):
    from descarteslabs.catalog import properties

    for both, join in [("or", operator.or_), ("and", operator.and_)]:
        if both in condition:
            return functools.reduce(join, map(catalog_expression, condition[both]))
    prop, op = getattr(properties, condition["name"]), condition["op"]
    match op:
        case "isnull" | "isnotnull":
            return getattr(prop, op)
        case "prefix":
            return prop.prefix(condition["val"])
        case "ilike":
            return prop.like(condition["val"])
        case "in":
            return prop.in_(condition["val"])
        case _:
            return getattr(operator, {"gte": "ge", "lte": "le"}.get(op, op))(prop, condition["val"])


def several(documents):
    return [of_document(document) for document in documents]


def of_document(document):
    """Id, attributes, and where it stands."""
    if document is None:
        return None
    return {"id": document.id, **document.serialize(), "state": document.state.value}


def shown(document):
    return document.to_dict()


def pick(args, *names):
    return {name: args.pop(name) for name in names if name in args}


def expression(kind, condition):
    if "or" in condition:
        return functools.reduce(operator.or_, (expression(kind, each) for each in condition["or"]))
    compare = {"gte": "ge", "lte": "le"}.get(condition["op"], condition["op"])
    return getattr(operator, compare)(getattr(kind, condition["name"]), condition["val"])
