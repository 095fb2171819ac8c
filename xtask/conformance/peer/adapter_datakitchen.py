"""DKUtils 2.11.6 with the events client 1.3.1."""

import functools
import logging
import re

from dkutils.datakitchen_api.datakitchen_client import DataKitchenClient, create_using_context
from dkutils.datakitchen_api.datetime_utils import get_utc_timestamp
from requests import ConnectionError, Response

# It logs the whole of every reply that is an error.
logging.disable(logging.CRITICAL)

# Where the SDK keeps its session token is its own affair; here it is read for the outcome of a login.
TOKEN = "_token"


def stable(function):
    """With a slash after the host the port ends up in the path, and so in the error's text: it differs from run to run."""

    @functools.wraps(function)
    def wrapped(*arguments):
        try:
            return function(*arguments)
        except ConnectionError as error:
            raise type(error)(re.sub(r"/:\d+/", "/:$PORT/", str(error))) from None

    return wrapped


@stable
def client(base, options):
    options = dict(options)
    # Names of ours, without a counterpart.
    options.pop("share_token", None)
    verbatim = options.pop("base_url", base)
    if "token" in options:
        raise LookupError("the SDK takes no ready token")
    if "api_token" in options:
        made = DataKitchenClient(*options.pop("api_token"), base_url=verbatim, is_api_token=True)
    elif "credentials" in options:
        made = DataKitchenClient(*options.pop("credentials"), base_url=verbatim)
    else:
        # The only source beside arguments.
        made = create_using_context(options.pop("context", "default"))
    if options:
        raise LookupError(f"no option {sorted(options)}")
    return made


@stable
def call(made, operation, args):
    args = dict(args)
    # What it works on is a state of the client.
    for name in ("kitchen", "recipe", "variation"):
        setattr(made, name, args.pop(name, None))
    result = perform(made, operation, args)
    return result.json() if isinstance(result, Response) else result


def perform(made, operation, args):
    match operation:
        case "client.new" | "client.new_using_context" | "client.new_with_api_token":
            return None
        case "auth.login" | "auth.validate_token":
            return {"token": getattr(made, TOKEN, None)}
        case "client.kitchen" | "client.set_kitchen":
            return {"kitchen": made.set_kitchen(made.kitchen).kitchen}
        case "client.recipe" | "client.set_recipe":
            return {"recipe": made.set_recipe(made.recipe).recipe}
        case "client.variation" | "client.set_variation":
            return {"variation": made.set_variation(made.variation).variation}
        case "datetime_utils.get_utc_timestamp":
            return get_utc_timestamp()
        case "kitchens.list":
            return made.get_kitchens()
        case "kitchens.get":
            return {"name": made.kitchen} if made.get_kitchen() else None
        case "overrides.get":
            return made.get_overrides(set(args["names"]) if "names" in args else None)
        case "recipes.list":
            return made.get_recipes()
        case "recipes.list_variations":
            return made.get_variations()
        case "orders.create":
            return made.create_order(args.get("parameters", {}))
        case "orders.list":
            return made.get_orders(**filters(args))
        case "orders.get_status":
            return made.get_order_status(**filters(args))
        case "orders.delete":
            made.delete_order(args["order_id"])
            return None
        case "order_runs.list":
            return made.get_order_runs(args["order_id"])
        case "order_runs.get_details":
            return made.get_order_run_details(
                args["serving_hid"],
                include_logs=args.get("logs", False),
                include_servingjson=args.get("servingjson", False),
                include_summary=args.get("summary", False),
                include_testresults=args.get("testresults", False),
                include_timingresults=args.get("timingresults", False),
            )
        case "order_runs.get_status":
            return made.get_order_run_status(args["serving_hid"])
        case "order_runs.wait":
            return made.monitor_order_run(args["sleep_secs"], args["duration_secs"], args["serving_hid"])
        case "order_runs.resume":
            return made.resume_order_run(args["serving_hid"])
        case "order_runs.delete":
            made.delete_order_run(args["serving_hid"])
            return None
        case _:
            raise LookupError(f"no operation {operation}")


def filters(args):
    if "paged" in args:
        raise LookupError("the SDK does not page")
    return {
        "time_period_hours": args.get("timePeriod"),
        "order_id_regex": args.get("search"),
        "order_status": args.get("orderStatus"),
        "order_run_status": args.get("orderRunStatus"),
        "order_run_count": args.get("servingsCount"),
    }
