"""kognic-io 2.19.0 and kognic-query 3.0.1 on kognic-auth 4.5.2."""

import contextlib
import functools
import io
import json
import pathlib
import re
import sys

import kognic
import kognic.io.client
import kognic.io.model.scene as model
import kognic.io.model.scene.scene_request as scene_request_model
from kognic.auth.internal.token_cache._file import FileTokenCache
from kognic.auth.requests.auth_session import RequestsAuthSession
from kognic.io.model.calibration import SensorCalibration, SensorCalibrationEntry
from kognic.io.model.scene.lidars import Lidars
from kognic.io.model.scene.lidars_sequence import LidarsSequence
from kognic.openlabel.models import OpenLabelAnnotation


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
        write_workspace_id=options.pop("write_workspace", "W"),
        **arguments,
    )
    if options:
        raise LookupError(f"no option {sorted(options)}")
    made.given = {"auth": auth, "base": base}
    return made


def call(made, operation, args):
    service, name = operation.split(".")
    if name == "create" and service in SCENES:
        return create_scene(made, service, dict(args))
    match operation:
        case "client.new":
            return None
        case "kognic_auth_cli.get_access_token":
            return {"access_token": command_line("kognic.auth.cli", made, "get-access-token", "--token-cache", "none")}
        case "kog.call":
            return json.loads(kog(made, args["path"]))
        case "query.query_judgements":
            return query(made, **snake(args))
        case "workspaces.list":
            return made.workspace.get_workspaces(args.get("anyRoleIn"), args.get("organizationIds"))
        case "projects.list":
            return made.project.get_projects()
        case "projects.list_batches":
            return made.project.get_project_batches(args["project"])
        case "projects.create_batch":
            return made.project.create_batch(args["project"], args["batch"])
        case "requests.list":
            return made.request.get_requests(project_id=args["projectId"])
        case "tasks.unassign":
            return made.task.unassign_task(args["task_id"])
        case "scenes.get_by_uuids":
            return made.scene.get_scenes_by_uuids(args["sceneUuids"])
        case "scenes.create":
            return made.scene.create_scene(scene_request(args["scene"]))
        case "inputs.query":
            return list(made.input.query_inputs(**snake(args)))
        case "inputs.create_from_scene":
            names = {"projectExtId": "project", "batchExtId": "batch"}
            return made.input.create_from_scene(**snake({names.get(name, name): value for name, value in args.items()}))
        case "inputs.list_request_inputs":
            names = {"limit": "page_size"}
            return list(made.input.get_request_inputs(**snake({names.get(name, name): value for name, value in args.items()})))
        case "annotations.list_for_scene":
            return list(made.annotation.get_annotations_for_scene(**iso(args)))
        case "annotations.search_project":
            return list(made.annotation.get_project_annotations(**iso(args)))
        case "annotations.get_by_id":
            args = iso(args)
            return made.annotation.get_annotation_by_id(args.pop("id"), **args)
        case "pre_annotations.create":
            content = OpenLabelAnnotation.model_validate(args["preAnnotation"])
            return made.pre_annotation.create(args["sceneUuid"], content, dryrun=False, external_id=args.get("externalId"))
        case "calibrations.create":
            made_of = {name: SensorCalibrationEntry._parse_calibration(one) for name, one in args["calibration"].items()}
            return made.calibration.create_calibration(
                SensorCalibration(external_id=args["externalId"], calibration=made_of)
            )
        case "calibrations.list":
            return made.calibration.get_calibrations(**snake(args))
        case _:
            raise LookupError(f"no operation {operation}")


SCENES = {
    "cameras": model.Cameras,
    "lidars": Lidars,
    "lidars_and_cameras": model.LidarsAndCameras,
    "cameras_sequence": model.CamerasSequence,
    "lidars_sequence": LidarsSequence,
    "lidars_and_cameras_sequence": model.LidarsAndCamerasSequence,
    "aggregated_lidars_and_cameras_seq": model.AggregatedLidarsAndCamerasSequence,
}


def create_scene(made, service, args):
    scene = SCENES[service].model_validate(args.pop("scene"))
    return getattr(made, service).create(scene, **args)


def scene_request(scene):
    """The newer call has classes of its own, without names of the wire."""

    def file(one):
        data = pathlib.Path(one["filename"]).read_bytes()
        return {
            "sensor_name": one["sensorName"],
            "external_resource_uri": None,
            "local_file": scene_request_model.LocalFile(one["filename"], data=data),
        }

    def frame(one):
        pose = one.get("egoVehiclePose")
        if pose:
            rotation = {f"rotation_{axis}": value for axis, value in pose["rotation"].items()}
            pose = scene_request_model.EgoVehiclePose(**pose["position"], **rotation)
        return scene_request_model.Frame(
            frame_id=one["frameId"],
            timestamp_ns=one["timestampNs"],
            images=[scene_request_model.ImageResource(**file(image)) for image in one["images"]],
            pointclouds=[scene_request_model.SensorResource(**file(cloud)) for cloud in one.get("pointClouds", [])],
            ego_vehicle_pose=pose,
        )

    return scene_request_model.SceneRequest(
        workspace_id="W",
        external_id=scene["externalId"],
        frames=[frame(one) for one in scene["frames"]],
        calibration_id=scene.get("calibrationId"),
    )


def iso(args):
    names = {"useDefaultCartesian": "iso_rotated_cuboids"}
    return {names.get(name, name): value for name, value in args.items()}


def snake(args):
    return {re.sub("([A-Z])", r"_\1", name).lower(): value for name, value in args.items()}


def query(made, stream=False, **args):
    sys.path.insert(0, str(pathlib.Path(sys.prefix) / "beside"))
    # The two share a namespace.
    kognic.__path__.append(str(pathlib.Path(sys.prefix) / "beside" / "kognic"))
    from kognic.query.query_api_client import QueryApiClient

    client = QueryApiClient(auth=made.given["auth"], host=made.given["base"], auth_host=made.given["base"])
    response = client.query_judgements(stream=stream, **args)
    if stream:
        return list(response.items())
    return {"items": list(response.items()), "totalHits": response.total_hits}


def credentials_file(made):
    """The command lines take no id and secret, only files."""
    name, secret = made.given["auth"]
    content = {"clientId": name, "clientSecret": secret, "email": "a@example.com", "userId": 7, "issuer": "i"}
    path = pathlib.Path.home() / "credentials.json"
    path.write_text(json.dumps(content))
    return str(path)


def command_line(module, made, *arguments):
    import importlib

    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        arguments = [*arguments, "--server", made.given["base"], "--credentials", credentials_file(made)]
        status = importlib.import_module(module).main(list(arguments))
    if status:
        raise RuntimeError(f"exit status {status}")
    return output.getvalue().strip()


def kog(made, path):
    from kognic.auth.cli import api_request

    environment = {"host": "127.0.0.1", "auth_server": made.given["base"], "credentials": credentials_file(made)}
    config = pathlib.Path.home() / "environments.json"
    config.write_text(json.dumps({"environments": {"here": environment}}))
    output = io.StringIO()
    arguments = ["get", made.given["base"] + path, "--env-config-file-path", str(config), "--token-cache", "none"]
    with contextlib.redirect_stdout(output):
        try:
            api_request.main(arguments)
        except SystemExit as end:
            if end.code:
                raise RuntimeError(f"exit status {end.code}") from end
    return output.getvalue()
